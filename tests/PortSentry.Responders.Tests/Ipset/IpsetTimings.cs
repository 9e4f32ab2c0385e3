using System.Diagnostics;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Ipset;
using PortSentry.Responders.Iptables;
using PortSentry.Responders.Tests.Namespaces;
using Xunit.Abstractions;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Ipset;

/// <summary>Prints what a block by ipset and by iptables costs: <c>dotnet test --filter IpsetTimings --logger "console;verbosity=detailed"</c>.</summary>
public sealed class IpsetTimings(ITestOutputHelper output) : IDisposable
{
    private readonly NetNamespace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public Task A_block_by_ipset_starts_no_process() => _space.RunAsync(async () =>
    {
        await using var ipset = new IpsetResponder(new(), Real);
        await using var iptables = new IptablesResponder(new(), Real);
        Assert.True((await ipset.StartAsync(default)).Ok);
        Assert.True((await iptables.StartAsync(default)).Ok);
        BlockRequest[] many = [.. Enumerable.Range(0, 50_000).Select(i => Block($"10.{100 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}", TimeSpan.FromHours(1)))];
        var watch = Stopwatch.StartNew();
        Assert.True((await ipset.BlockManyAsync(many, default)).Ok);
        var bulk = watch.Elapsed;
        watch.Restart();
        Assert.Equal(50_000, (await ipset.ListAsync(default))!.Count);
        var list = watch.Elapsed;
        var set = await Median(1000, i => ipset.BlockAsync(Block($"10.98.{i >> 8}.{i & 255}", TimeSpan.FromHours(1)), default));
        var lift = await Median(1000, i => ipset.UnblockAsync(Prefix.Host(Address.FromV4(0x0A62_0000 | (uint)i)), default));
        var rule = await Median(50, i => iptables.BlockAsync(Block($"10.97.0.{i}"), default));
        output.WriteLine($"ipset, 50,000 in set: block {set:F3} ms, unblock {lift:F3} ms (medians); 50,000 at once {bulk.TotalMilliseconds:F0} ms, list {list.TotalMilliseconds:F0} ms");
        output.WriteLine($"iptables: block {rule:F3} ms (median)");
        // Some hundred times on a quiet machine; what a loaded one cannot turn round is the order.
        Assert.True(set < rule);
    });

    private static async Task<double> Median(int count, Func<int, ValueTask<ResponderResult>> act)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var result = await act(i);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Assert.True(result.Ok, result.Error);
        }
        Array.Sort(times);
        return times[count / 2];
    }
}
