using PortSentry.Core.Addresses;
using PortSentry.Responders.Iptables;
using PortSentry.Responders.Tests.Namespaces;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Iptables;

public sealed class IptablesResponderTests : IDisposable
{
    private static readonly string[] Targets = ["10.98.1.1", "10.98.4.0/22", "fd98::1", "fd98:0:0:7::/64"];

    private readonly NetNamespace _space = new();

    public void Dispose() => _space.Dispose();

    [Theory]
    [InlineData(XtablesVariant.System, "raw", "PREROUTING")]
    [InlineData(XtablesVariant.Nft, "filter", "INPUT")]
    [InlineData(XtablesVariant.Legacy, "filter", "INPUT")]
    public Task Each_block_is_one_rule_and_is_listed(XtablesVariant variant, string table, string hook) => With(
        new() { Variant = variant, Table = table, Hook = hook }, async iptables =>
        {
            Ok(await iptables.BlockAsync(Block(Targets[0]), default));
            Ok(await iptables.BlockManyAsync([.. Targets.Select(t => Block(t))], default));
            foreach (var target in Targets) Ok(await iptables.BlockAsync(Block(target), default));
            await Holds(iptables, Targets);
            var suffix = variant == XtablesVariant.System ? "" : "-" + variant.ToString().ToLowerInvariant();
            var rules = Shell.Run("iptables" + suffix, "-w", "-t", table, "-S");
            Assert.Single(Lines(rules), "-A PORTSENTRY -s 10.98.1.1/32 -j DROP");
            Assert.Single(Lines(rules), $"-A {hook} ! -i lo -j PORTSENTRY");

            Ok(await iptables.UnblockAsync(Prefix.Parse(Targets[1]), default));
            Ok(await iptables.UnblockAsync(Prefix.Parse(Targets[1]), default));
            await Holds(iptables, Targets[0], Targets[2], Targets[3]);
        });

    [Fact]
    public Task Flush_takes_ours_and_leaves_the_rules_of_others() => With(new() { Table = "filter", Hook = "INPUT" }, async iptables =>
    {
        Shell.Run("iptables", "-w", "-A", "INPUT", "-s", "10.97.0.1", "-j", "DROP");
        Shell.Run("ip6tables", "-w", "-A", "FORWARD", "-s", "fd97::1", "-j", "DROP");
        Ok(await iptables.BlockManyAsync([.. Targets.Select(t => Block(t))], default));
        Ok(await iptables.FlushAsync(default));
        Ok(await iptables.FlushAsync(default));
        var left = Shell.Run("iptables", "-w", "-S") + Shell.Run("ip6tables", "-w", "-S");
        Assert.DoesNotContain("PORTSENTRY", left);
        Assert.Contains("-A INPUT -s 10.97.0.1/32 -j DROP", left);
        Assert.Contains("-A FORWARD -s fd97::1/128 -j DROP", left);
    });

    [Fact]
    public Task What_a_former_process_left_is_known_and_not_added_again() => With(new(), async former =>
    {
        Ok(await former.BlockManyAsync([.. Targets.Select(t => Block(t))], default));
        await using var next = new IptablesResponder(new(), Real);
        Ok(await next.StartAsync(default));
        await Holds(next, Targets);
        Ok(await next.BlockAsync(Block(Targets[0]), default));
        Assert.Single(Lines(Shell.Run("iptables", "-w", "-t", "raw", "-S")), "-A PORTSENTRY -s 10.98.1.1/32 -j DROP");
    });

    [Fact]
    public Task A_flushed_rule_set_is_no_longer_listed_and_the_next_block_installs_it_again() => With(new(), async iptables =>
    {
        Ok(await iptables.BlockAsync(Block(Targets[0]), default));
        Shell.Run("iptables", "-w", "-t", "raw", "-D", "PREROUTING", "!", "-i", "lo", "-j", "PORTSENTRY");
        await Holds(iptables);
        Ok(await iptables.BlockManyAsync([Block(Targets[0])], default));
        await Holds(iptables, Targets[0]);

        Shell.Run("iptables", "-w", "-t", "raw", "-F");
        Shell.Run("iptables", "-w", "-t", "raw", "-X");
        await Holds(iptables);
        Ok(await iptables.BlockAsync(Block("10.98.1.2"), default));
        await Holds(iptables, "10.98.1.2");
    });

    [Fact]
    public Task A_full_chain_takes_what_fits_and_says_so() => With(new() { MaxRules = 2 }, async iptables =>
    {
        var result = await iptables.BlockManyAsync([Block("10.98.1.1"), Block("10.98.1.2"), Block("10.98.1.3")], default);
        Assert.False(result.Ok);
        Assert.Contains("10.98.1.3 was not added; raise max-rules", result.Error);
        await Holds(iptables, "10.98.1.1", "10.98.1.2");
    });

    [Fact]
    public async Task A_hook_that_is_not_there_is_named()
    {
        await _space.RunAsync(async () =>
        {
            await using var iptables = new IptablesResponder(new() { Table = "filter", Hook = "DOCKER-USER" }, Real);
            var result = await iptables.StartAsync(default);
            Assert.False(result.Ok);
            Assert.Contains("iptables-restore, table filter: exit status", result.Error);
            Ok(await iptables.FlushAsync(default));
        });
    }

    [Theory]
    [InlineData("10.99.7.2", "10.99.7.1", 24)]
    [InlineData("fd99::2", "fd99::1", 64)]
    public async Task An_attacker_is_cut_off_until_the_rule_goes(string mine, string theirs, int bits)
    {
        using var attacker = new NetNamespace();
        _space.Join(attacker, $"{mine}/{bits}", $"{theirs}/{bits}");
        await With(new(), async iptables =>
        {
            using var service = Wire.Listen(mine, 80);
            Ok(await iptables.BlockAsync(Block(theirs), default));
            await Wire.AssertCutOff(attacker, mine, 80);
            Ok(await iptables.UnblockAsync(Prefix.Parse(theirs), default));
            using var after = await Wire.Connect(attacker, mine, 80);
        });
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.Equal(
            ["variant", "table", "hook", "chain", "max-rules"],
            new IptablesOptions { Variant = (XtablesVariant)9, Table = "nat", Hook = "-j", Chain = "", MaxRules = 0 }.Check().Select(p => p.Key));
        Assert.Equal(["chain"], new IptablesOptions { Chain = "PREROUTING" }.Check().Select(p => p.Key));
    }

    private static string[] Lines(string text) => text.Split('\n');

    private Task With(IptablesOptions options, Func<IptablesResponder, Task> test) => _space.RunAsync(async () =>
    {
        Assert.Empty(options.Check());
        await using var iptables = new IptablesResponder(options, Real);
        Ok(await iptables.StartAsync(default));
        await test(iptables);
    });

    private static void Ok(ResponderResult result) => Assert.True(result.Ok, result.Error);

    private static async Task Holds(IptablesResponder iptables, params string[] expected) =>
        Assert.Equal(expected.Order(), (await iptables.ListAsync(default))!.Select(p => p.ToString()).Order());
}
