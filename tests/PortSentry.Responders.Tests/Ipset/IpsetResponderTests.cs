using System.Diagnostics;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Ipset;
using PortSentry.Responders.Iptables;
using PortSentry.Responders.Tests.Namespaces;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Ipset;

public sealed class IpsetResponderTests : IDisposable
{
    private static readonly string[] Targets = ["10.98.1.1", "10.98.4.0/22", "fd98::1", "fd98:0:0:7::/64"];

    private readonly NetNamespace _space = new();

    public void Dispose() => _space.Dispose();

    [Theory]
    [InlineData(XtablesVariant.System, "raw", "PREROUTING")]
    [InlineData(XtablesVariant.Nft, "filter", "INPUT")]
    [InlineData(XtablesVariant.Legacy, "filter", "INPUT")]
    public Task Elements_stand_in_the_kernel_behind_one_rule_a_family(XtablesVariant variant, string table, string hook) => With(
        new() { Variant = variant, Table = table, Hook = hook }, async ipset =>
        {
            Ok(await ipset.BlockManyAsync([.. Targets.Select(t => Block(t, TimeSpan.FromMinutes(10)))], default));
            Ok(await ipset.BlockAsync(Block(Targets[0], TimeSpan.FromHours(1)), default));
            Ok(await ipset.BlockAsync(Block("10.98.1.9"), default));
            await Holds(ipset, [.. Targets, "10.98.1.9"]);
            var shown = Shell.Run("ipset", "list");
            Assert.Matches(@"(?m)^10\.98\.1\.1 timeout 3(600|59\d)$", shown);
            Assert.Matches(@"(?m)^10\.98\.4\.0/22 timeout (600|59\d)$", shown);
            Assert.Matches(@"(?m)^10\.98\.1\.9 timeout 0$", shown);
            Assert.Matches(@"(?m)^fd98:0:0:7::/64 timeout (600|59\d)$", shown);
            var suffix = variant == XtablesVariant.System ? "" : "-" + variant.ToString().ToLowerInvariant();
            Assert.Single(Shell.Run("iptables" + suffix, "-w", "-t", table, "-S").Split('\n'), $"-A {hook} ! -i lo -m set --match-set portsentry4 src -j DROP");

            Ok(await ipset.UnblockAsync(Prefix.Parse(Targets[1]), default));
            Ok(await ipset.UnblockAsync(Prefix.Parse(Targets[1]), default));
            await Holds(ipset, Targets[0], Targets[2], Targets[3], "10.98.1.9");
        });

    [Theory]
    [InlineData(XtablesVariant.Nft)]
    [InlineData(XtablesVariant.Legacy)]
    public Task Flush_takes_our_rules_and_sets_and_leaves_those_of_others(XtablesVariant variant) => With(new() { Variant = variant }, async ipset =>
    {
        Shell.Run("ipset", "create", "mine", "hash:ip");
        Shell.Run("ipset", "add", "mine", "10.98.1.1");
        var iptables = "iptables-" + variant.ToString().ToLowerInvariant();
        Shell.Run(iptables, "-w", "-t", "raw", "-A", "PREROUTING", "-m", "set", "--match-set", "mine", "src", "-j", "DROP");
        Ok(await ipset.BlockManyAsync([.. Targets.Select(t => Block(t))], default));
        Ok(await ipset.FlushAsync(default));
        Ok(await ipset.FlushAsync(default));
        Assert.Equal("mine", Shell.Run("ipset", "list", "-n").Trim());
        Assert.Contains("10.98.1.1", Shell.Run("ipset", "list", "mine"));
        var left = Shell.Run(iptables, "-w", "-t", "raw", "-S") + Shell.Run("ip6" + iptables[2..], "-w", "-t", "raw", "-S");
        Assert.DoesNotContain("portsentry", left);
        Assert.Contains("--match-set mine src", left);
    });

    [Fact]
    public Task A_set_that_another_rule_uses_is_emptied_and_named() => With(new(), async ipset =>
    {
        Shell.Run("iptables", "-w", "-A", "INPUT", "-m", "set", "--match-set", "portsentry4", "src", "-j", "DROP");
        Ok(await ipset.BlockAsync(Block(Targets[0]), default));
        var result = await ipset.FlushAsync(default);
        Assert.False(result.Ok);
        Assert.Contains("portsentry4 is empty but stays", result.Error);
        Assert.DoesNotContain("10.98.1.1", Shell.Run("ipset", "list"));
    });

    [Fact]
    public Task What_a_former_process_left_stays_in_force_and_another_size_begins_anew() => With(new(), async former =>
    {
        Ok(await former.BlockManyAsync([.. Targets.Select(t => Block(t))], default));
        await using var next = new IpsetResponder(new(), Real);
        Ok(await next.StartAsync(default));
        await Holds(next, Targets);
        await using var wider = new IpsetResponder(new() { MaxElements = 5000 }, Real);
        Ok(await wider.StartAsync(default));
        await Holds(wider);
        Assert.Contains("maxelem 5000", Shell.Run("ipset", "list", "-t", "portsentry4"));
        Ok(await wider.BlockAsync(Block(Targets[0]), default));
        await Holds(wider, Targets[0]);
    });

    [Fact]
    public Task Without_its_rule_nothing_is_in_force_and_the_next_comparison_heals_that() => With(new(), async ipset =>
    {
        Ok(await ipset.BlockManyAsync([.. Targets.Select(t => Block(t))], default));
        Shell.Run("iptables", "-w", "-t", "raw", "-F");
        await Holds(ipset, Targets[2], Targets[3]);
        Ok(await ipset.BlockManyAsync([Block(Targets[0]), Block(Targets[1])], default));
        await Holds(ipset, Targets);

        Shell.Run("iptables", "-w", "-t", "raw", "-F");
        // The kernel lets go of the set a moment after its rule.
        Assert.True(SpinWait.SpinUntil(() => Shell.Try("ipset", "destroy", "portsentry4").Code == 0, TimeSpan.FromSeconds(10)));
        Ok(await ipset.UnblockAsync(Prefix.Parse(Targets[1]), default));
        Ok(await ipset.BlockAsync(Block(Targets[0]), default));
        await Holds(ipset, Targets[0], Targets[2], Targets[3]);
    });

    [Fact]
    public Task A_full_set_says_which_setting_helps() => With(new() { MaxElements = 2 }, async ipset =>
    {
        // The kernel counts by region of the hash table: some more than asked for may fit.
        var result = await ipset.BlockManyAsync([.. Enumerable.Range(1, 250).Select(i => Block($"10.98.1.{i}"))], default);
        Assert.False(result.Ok);
        Assert.Contains("raise max-elements", result.Error);
    });

    [Fact]
    public Task Longer_than_the_kernel_counts_is_for_good() => With(new(), async ipset =>
    {
        Ok(await ipset.BlockAsync(Block("10.98.1.1", TimeSpan.FromDays(365)), default));
        Ok(await ipset.BlockAsync(Block("10.98.1.2", TimeSpan.FromMilliseconds(1)), default));
        Assert.Contains("10.98.1.1 timeout 0", Shell.Run("ipset", "list", "portsentry4"));
    });

    [Fact]
    public Task Fifty_thousand_go_in_within_a_second() => With(new(), async ipset =>
    {
        BlockRequest[] many = [.. Enumerable.Range(0, 50_000).Select(i => Block($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", TimeSpan.FromHours(1)))];
        var clock = Stopwatch.StartNew();
        Ok(await ipset.BlockManyAsync(many, default));
        // A loaded machine decides no test: the limit is ten times what is asked for.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
        Assert.Equal(50_000, (await ipset.ListAsync(default))!.Count);
    });

    [Theory]
    [InlineData("10.99.7.2", "10.99.7.1", 24, "10.99.7.1")]
    [InlineData("fd99::2", "fd99::1", 64, "fd99::1")]
    [InlineData("fd99::2", "fd99::1", 64, "fd99::/64")]
    public async Task An_attacker_is_cut_off_until_the_kernel_ends_the_block(string mine, string theirs, int bits, string target)
    {
        using var attacker = new NetNamespace();
        _space.Join(attacker, $"{mine}/{bits}", $"{theirs}/{bits}");
        // Its neighbour discovery comes from the /64, too, and the raw table sees that.
        _space.Run(() => Shell.Run("ip", "neigh", "replace", theirs, "dev", "psresp0", "lladdr", Ethernet(attacker, "psresp1"), "nud", "permanent"));
        attacker.Run(() => Shell.Run("ip", "neigh", "replace", mine, "dev", "psresp1", "lladdr", Ethernet(_space, "psresp0"), "nud", "permanent"));
        await With(new(), async ipset =>
        {
            using var service = Wire.Listen(mine, 80);
            Ok(await ipset.BlockAsync(Block(target, TimeSpan.FromMinutes(1)), default));
            await Wire.AssertCutOff(attacker, mine, 80);
            Ok(await ipset.BlockAsync(Block(target, TimeSpan.FromSeconds(1)), default));
            using var after = await Wire.Connect(attacker, mine, 80);
        });
    }

    [Fact]
    public void Options_out_of_range_are_named() => Assert.Equal(
        ["set", "max-elements", "variant", "table", "hook"],
        new IpsetOptions { Set = "a b", MaxElements = 0, Variant = (XtablesVariant)9, Table = "nat", Hook = "" }.Check().Select(p => p.Key));

    private static string Ethernet(NetNamespace space, string device)
    {
        var address = "";
        space.Run(() => address = Shell.Run("ip", "-br", "link", "show", device).Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);
        return address;
    }

    private Task With(IpsetOptions options, Func<IpsetResponder, Task> test) => _space.RunAsync(async () =>
    {
        Assert.Empty(options.Check());
        await using var ipset = new IpsetResponder(options, Real);
        Ok(await ipset.StartAsync(default));
        await test(ipset);
    });

    private static void Ok(ResponderResult result) => Assert.True(result.Ok, result.Error);

    private static async Task Holds(IpsetResponder ipset, params string[] expected) =>
        Assert.Equal(expected.Order(), (await ipset.ListAsync(default))!.Select(p => p.ToString()).Order());
}
