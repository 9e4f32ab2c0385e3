using PortSentry.Core.Addresses;
using PortSentry.Responders.Nftables;
using PortSentry.Responders.Tests.Namespaces;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Nftables;

public sealed class NftablesResponderTests : IDisposable
{
    private readonly NetNamespace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public Task A_blocked_address_stands_in_the_kernel_set_with_its_time() => With(async nft =>
    {
        Ok(await nft.BlockAsync(Block("10.99.1.1", TimeSpan.FromMinutes(10)), default));
        Ok(await nft.BlockAsync(Block("fd99::1"), default));
        Ok(await nft.BlockAsync(Block("fd99:0:0:7::/64", TimeSpan.FromHours(1)), default));
        Ok(await nft.BlockAsync(Block("10.99.2.0/24", TimeSpan.FromHours(1)), default));

        Assert.Contains("10.99.1.1 timeout 10m", Set("blocked4"));
        Assert.Contains("elements = { fd99::1 }", Set("blocked6"));
        Assert.Contains("fd99:0:0:7:: timeout 1h", Set("blocked64"));
        Assert.Contains("10.99.2.0/24 timeout 1h", Set("prefixes4"));
        await Holds(nft, "10.99.1.1", "fd99::1", "fd99:0:0:7::/64", "10.99.2.0/24");
    });

    [Fact]
    public Task Blocking_again_sets_the_time_anew_longer_or_shorter_or_for_good() => With(async nft =>
    {
        foreach (var target in (string[])["10.99.1.1", "10.99.4.0/24", "fd99:1::/64"])
        {
            Ok(await nft.BlockAsync(Block(target, TimeSpan.FromHours(2)), default));
            Ok(await nft.BlockAsync(Block(target, TimeSpan.FromMinutes(1)), default));
        }
        Assert.Contains("timeout 1m", Set("blocked4"));
        Assert.Contains("timeout 1m", Set("prefixes4"));
        Assert.Contains("timeout 1m", Set("blocked64"));
        Ok(await nft.BlockAsync(Block("10.99.1.1"), default));
        Assert.Contains("elements = { 10.99.1.1 }", Set("blocked4"));
    });

    [Fact]
    public Task Blocking_what_a_former_process_left_sets_the_time_anew() => With(async nft =>
    {
        Ok(await nft.BlockAsync(Block("10.99.1.1", TimeSpan.FromHours(2)), default));
        await using var next = new NftablesResponder(new(), Real);
        Ok(await next.StartAsync(default));
        await Holds(next, "10.99.1.1");
        Ok(await next.BlockAsync(Block("10.99.1.1", TimeSpan.FromMinutes(1)), default));
        Assert.Contains("timeout 1m", Set("blocked4"));
        Ok(await next.BlockManyAsync([Block("10.99.1.1", TimeSpan.FromMinutes(3)), Block("10.99.1.2")], default));
        Assert.Contains("10.99.1.1 timeout 3m", Set("blocked4"));
    });

    [Fact]
    public Task Unblocking_lifts_and_lifting_what_is_not_held_is_no_failure() => With(async nft =>
    {
        string[] targets = ["10.99.1.1", "fd99::1", "fd99:1::/64", "10.99.4.0/24", "fd98::/32"];
        foreach (var target in targets) Ok(await nft.BlockAsync(Block(target), default));
        await Holds(nft, targets);
        foreach (var target in targets)
        {
            Ok(await nft.UnblockAsync(Prefix.Parse(target), default));
            Ok(await nft.UnblockAsync(Prefix.Parse(target), default));
        }
        await Holds(nft);
    });

    [Fact]
    public Task A_network_inside_another_keeps_its_own_time() => With(async nft =>
    {
        Ok(await nft.BlockAsync(Block("10.99.0.0/16", TimeSpan.FromHours(1)), default));
        Ok(await nft.BlockAsync(Block("10.99.4.0/24", TimeSpan.FromHours(5)), default));
        await Holds(nft, "10.99.0.0/16", "10.99.4.0/24");
        Assert.Contains("10.99.4.0/24 timeout 5h", Set("prefixes4"));
        Ok(await nft.UnblockAsync(Prefix.Parse("10.99.0.0/16"), default));
        await Holds(nft, "10.99.4.0/24");
        Ok(await nft.BlockAsync(Block("10.99.0.0/16"), default));
        Ok(await nft.UnblockAsync(Prefix.Parse("10.99.4.0/24"), default));
        await Holds(nft, "10.99.0.0/16");
    });

    [Fact]
    public Task The_ends_of_the_address_space_can_be_blocked() => With(async nft =>
    {
        string[] targets = ["0.0.0.0/8", "240.0.0.0/4", "255.255.255.255", "::/32", "ff00::/8"];
        foreach (var target in targets) Ok(await nft.BlockAsync(Block(target), default));
        await Holds(nft, targets);
        Ok(await nft.BlockAsync(Block("::/0"), default));
        Ok(await nft.BlockAsync(Block("0.0.0.0/0"), default));
        await Holds(nft, [.. targets, "0.0.0.0/0", "::/0"]);
    });

    [Fact]
    public Task Neighbouring_networks_are_two_entries() => With(async nft =>
    {
        string[] targets = ["10.99.2.0/24", "10.99.3.0/24", "10.99.4.0/22"];
        foreach (var target in targets) Ok(await nft.BlockAsync(Block(target), default));
        await Holds(nft, targets);
    });

    [Fact]
    public Task Fifty_thousand_at_once_go_in_and_again() => With(async nft =>
    {
        BlockRequest[] many = [.. Enumerable.Range(0, 50_000).Select(i => Block($"10.{100 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}", TimeSpan.FromHours(1)))];
        Ok(await nft.BlockManyAsync(many, default));
        Assert.Equal(50_000, (await nft.ListAsync(default))!.Count);
        Ok(await nft.BlockManyAsync([.. many, Block("10.99.0.1")], default));
        Assert.Equal(50_001, (await nft.ListAsync(default))!.Count);
    });

    [Fact]
    public Task A_flushed_rule_set_is_put_back_with_the_next_block() => With(async nft =>
    {
        Ok(await nft.BlockManyAsync([Block("10.99.1.1"), Block("10.99.4.0/24"), Block("fd99:1::/64", TimeSpan.FromHours(1))], default));
        Shell.Run("nft", "flush", "ruleset");
        await Holds(nft);
        Ok(await nft.BlockAsync(Block("10.99.1.2"), default));
        await Holds(nft, "10.99.1.1", "10.99.1.2", "10.99.4.0/24", "fd99:1::/64");
    });

    [Fact]
    public Task A_table_of_another_version_is_replaced_and_keeps_its_blocks() => _space.RunAsync(async () =>
    {
        Shell.Run("nft", "add table inet portsentry; add set inet portsentry blocked4 { type ipv4_addr; flags interval; }; add chain inet portsentry early { type filter hook input priority 0; }; add element inet portsentry blocked4 { 10.99.9.9 }");
        await using var nft = new NftablesResponder(new(), Real);
        Ok(await nft.StartAsync(default));
        Assert.Contains("flags timeout", Set("blocked4"));
        Assert.Contains("hook prerouting", Shell.Run("nft", "list", "table", "inet", "portsentry"));
    });

    [Fact]
    public Task Flush_leaves_no_trace_and_foreign_tables_alone() => With(async nft =>
    {
        Shell.Run("nft", "add table inet other; add set inet other blocked4 { type ipv4_addr; elements = { 1.2.3.4 }; }");
        Ok(await nft.BlockAsync(Block("10.99.1.1"), default));
        Ok(await nft.FlushAsync(default));
        Ok(await nft.FlushAsync(default));
        var left = Shell.Run("nft", "list", "ruleset");
        Assert.DoesNotContain("portsentry", left);
        Assert.Contains("1.2.3.4", left);
    });

    [Fact]
    public Task A_range_that_somebody_put_into_our_set_is_cut_to_fit() => With(async nft =>
    {
        Shell.Run("nft", "add element inet portsentry prefixes4 { 10.99.4.0/23 timeout 1h }");
        Ok(await nft.BlockAsync(Block("10.99.4.0/24", TimeSpan.FromHours(5)), default));
        await Holds(nft, "10.99.4.0/23", "10.99.4.0/24");
        Assert.Contains("10.99.5.0/24", Set("prefixes4"));
        Assert.Contains("10.99.4.0/24 timeout 5h", Set("prefixes4"));
    });

    [Fact]
    public Task Whoever_watches_with_nft_monitor_sees_the_block() => With(async nft =>
    {
        using var monitor = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("nft", ["monitor"]) { RedirectStandardOutput = true })!;
        var line = monitor.StandardOutput.ReadLineAsync();
        // It says nothing when it is ready: go on until it hears something.
        for (var i = 0; i < 250 && !line.IsCompleted; i++)
        {
            Ok(await nft.BlockAsync(Block($"10.99.1.{i}", TimeSpan.FromMinutes(10)), default));
            await Task.WhenAny(line, Task.Delay(20));
        }
        monitor.Kill();
        Assert.Matches(@"^add element inet portsentry blocked4 \{ 10\.99\.1\.\d+ timeout 10m expires ", await line);
    });

    [Fact]
    public Task A_full_set_says_what_to_raise() => _space.RunAsync(async () =>
    {
        await using var nft = new NftablesResponder(new NftablesOptions { MaxAddresses = 2 }, Real);
        Ok(await nft.StartAsync(default));
        Ok(await nft.BlockManyAsync([Block("10.99.1.1"), Block("10.99.1.2")], default));
        var refused = await nft.BlockAsync(Block("10.99.1.3"), default);
        Assert.False(refused.Ok);
        Assert.True(refused.Retryable);
        Assert.Contains("max-addresses", refused.Error);
    });

    [Fact]
    public Task Log_counter_and_priority_reach_the_rules() => _space.RunAsync(async () =>
    {
        await using var nft = new NftablesResponder(new NftablesOptions { LogPerMinute = 10, Counter = false, Priority = -310, Table = "guard" }, Real);
        Ok(await nft.StartAsync(default));
        Ok(await nft.StartAsync(default));
        var table = Shell.Run("nft", "list", "table", "inet", "guard");
        Assert.Contains("limit rate 10/minute", table);
        Assert.Contains("log prefix \"portsentry: dropped \"", table);
        Assert.Contains("priority raw - 10", table);
        Assert.DoesNotContain("counter", table);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(table, "@blocked4"));
    });

    [Fact]
    public async Task A_blocked_neighbour_is_cut_off_at_once_and_let_in_again()
    {
        using var attacker = new NetNamespace();
        _space.Join(attacker, "10.99.7.2/24", "10.99.7.1/24");
        await With(async nft =>
        {
            using var service = Wire.Listen("10.99.7.2", 80);
            foreach (var target in (string[])["10.99.7.1", "10.99.7.0/30"])
            {
                using var before = await Wire.Connect(attacker, "10.99.7.2", 80);
                using var accepted = await service.AcceptAsync();
                Ok(await nft.BlockAsync(Block(target), default));
                await before.SendAsync("still here"u8.ToArray());
                await Wire.AssertCutOff(attacker, "10.99.7.2", 80);
                Assert.Equal(0, accepted.Available); // the connection that stood before is cut too
                Ok(await nft.UnblockAsync(Prefix.Parse(target), default));
                using var after = await Wire.Connect(attacker, "10.99.7.2", 80);
                (await service.AcceptAsync()).Dispose();
            }
        });
    }

    private Task With(Func<NftablesResponder, Task> test) => _space.RunAsync(async () =>
    {
        await using var nft = new NftablesResponder(new(), Real);
        Ok(await nft.StartAsync(default));
        await test(nft);
    });

    private static void Ok(ResponderResult result) => Assert.True(result.Ok, result.Error);

    private static string Set(string name) => Shell.Run("nft", "list", "set", "inet", "portsentry", name);

    private static async Task Holds(NftablesResponder nft, params string[] expected) =>
        Assert.Equal(expected.Order(), (await nft.ListAsync(default))!.Select(p => p.ToString()).Order());
}
