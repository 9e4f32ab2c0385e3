using PortSentry.Core.Addresses;
using PortSentry.Responders.Route;
using PortSentry.Responders.Tests.Namespaces;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Route;

public sealed class RouteResponderTests : IDisposable
{
    private static readonly string[] Targets = ["10.98.1.1", "10.98.4.0/22", "fd98::1", "fd98:0:0:7::/64", "fd98:8000::/17"];

    private readonly NetNamespace _space = new();

    public void Dispose() => _space.Dispose();

    [Theory]
    [InlineData(RouteKind.Blackhole, 254)]
    [InlineData(RouteKind.Unreachable, 254)]
    [InlineData(RouteKind.Prohibit, 4711)]
    public Task Routes_stand_in_the_kernel_and_are_listed(RouteKind kind, int table) => With(new() { Kind = kind, Table = table }, async route =>
    {
        Ok(await route.BlockManyAsync([.. Targets.Select(t => Block(t))], default));
        foreach (var target in Targets) Ok(await route.BlockAsync(Block(target), default));
        var word = kind.ToString().ToLowerInvariant();
        var shown = Show(table);
        foreach (var target in Targets) Assert.Matches($@"(?m)^{word} {target} (dev lo )?proto 143 metric 1\b", shown);
        await Holds(route, Targets);
    });

    [Fact]
    public Task Unblocking_and_flushing_take_ours_and_leave_foreign_routes() => With(new(), async route =>
    {
        Shell.Run("ip", "route", "add", "blackhole", "10.97.0.0/24");
        Shell.Run("ip", "route", "add", "blackhole", "10.98.1.1", "metric", "7");
        Shell.Run("ip", "route", "add", "unreachable", "fd97::/64");
        Ok(await route.BlockManyAsync([.. Targets.Select(t => Block(t))], default));
        Ok(await route.UnblockAsync(Prefix.Parse("10.98.1.1"), default));
        Ok(await route.UnblockAsync(Prefix.Parse("10.98.1.1"), default));
        Ok(await route.UnblockAsync(Prefix.Parse("10.97.0.0/24"), default));
        await Holds(route, Targets[1..]);
        Ok(await route.FlushAsync(default));
        Ok(await route.FlushAsync(default));
        await Holds(route);
        var left = Show(254);
        Assert.DoesNotContain("proto 143", left);
        Assert.Contains("blackhole 10.97.0.0/24", left);
        Assert.Contains("blackhole 10.98.1.1 metric 7", left);
        Assert.Contains("unreachable fd97::/64", left);
    });

    [Fact]
    public Task A_foreign_route_in_the_way_is_named() => With(new(), async route =>
    {
        Shell.Run("ip", "route", "add", "blackhole", "10.98.1.1", "metric", "1");
        var result = await route.BlockManyAsync([Block("10.98.1.2"), Block("10.98.1.1")], default);
        Assert.False(result.Ok);
        Assert.False(result.Retryable);
        Assert.Contains("10.98.1.1", result.Error);
        await Holds(route, "10.98.1.2");
    });

    [Fact]
    public Task Ten_thousand_at_once_go_in_and_out() => With(new(), async route =>
    {
        BlockRequest[] many = [.. Enumerable.Range(0, 10_000).Select(i => Block($"10.98.{i >> 8}.{i & 255}"))];
        Ok(await route.BlockManyAsync(many, default));
        Assert.Equal(10_000, (await route.ListAsync(default))!.Count);
        Ok(await route.FlushAsync(default));
        await Holds(route);
    });

    [Fact]
    public async Task An_attacker_behind_a_dead_end_gets_no_answer()
    {
        using var attacker = new NetNamespace();
        _space.Join(attacker, "10.99.7.2/24", "10.99.7.1/24");
        await With(new(), async route =>
        {
            using var service = Wire.Listen("10.99.7.2", 80);
            Ok(await route.BlockAsync(Block("10.99.7.1"), default));
            await Wire.AssertCutOff(attacker, "10.99.7.2", 80);
            Ok(await route.UnblockAsync(Prefix.Parse("10.99.7.1"), default));
            using var after = await Wire.Connect(attacker, "10.99.7.2", 80);
        });
    }

    private Task With(RouteOptions options, Func<RouteResponder, Task> test) => _space.RunAsync(async () =>
    {
        Assert.Empty(options.Check());
        await using var route = new RouteResponder(options);
        Ok(await route.StartAsync(default));
        await test(route);
    });

    private static string Show(int table) =>
        Shell.Run("ip", "route", "show", "table", $"{table}") + Shell.Run("ip", "-6", "route", "show", "table", $"{table}");

    private static void Ok(ResponderResult result) => Assert.True(result.Ok, result.Error);

    private static async Task Holds(RouteResponder route, params string[] expected) =>
        Assert.Equal(expected.Order(), (await route.ListAsync(default))!.Select(p => p.ToString()).Order());
}
