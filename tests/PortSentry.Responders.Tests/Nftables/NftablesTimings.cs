using System.Diagnostics;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Nftables;
using PortSentry.Responders.Tests.Namespaces;
using Xunit.Abstractions;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Nftables;

/// <summary>Prints what a block costs: <c>dotnet test --filter NftablesTimings --logger "console;verbosity=detailed"</c>. Bounds are loose; the figures are the point.</summary>
public sealed class NftablesTimings(ITestOutputHelper output) : IDisposable
{
    private readonly NetNamespace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public Task A_block_in_process_is_at_least_ten_times_cheaper_than_a_process() => _space.RunAsync(async () =>
    {
        await using var nft = new NftablesResponder(new(), Real);
        await nft.StartAsync(default);
        for (var i = 0; i < 200; i++) await nft.BlockAsync(Block($"10.99.200.{i}", TimeSpan.FromHours(1)), default);

        var empty = await Each(1000, i => nft.BlockAsync(Block($"10.99.{i >> 8}.{i & 255}", TimeSpan.FromHours(1)), default));
        BlockRequest[] many = [.. Enumerable.Range(0, 50_000).Select(i => Block($"10.{100 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}", TimeSpan.FromHours(1)))];
        var before = Environment.CpuUsage;
        var watch = Stopwatch.StartNew();
        Assert.True((await nft.BlockManyAsync(many, default)).Ok);
        var bulk = watch.Elapsed;
        var (user, kernel) = (Environment.CpuUsage.UserTime - before.UserTime, Environment.CpuUsage.PrivilegedTime - before.PrivilegedTime);
        watch.Restart();
        Assert.True((await nft.BlockManyAsync(many, default)).Ok);
        var again = watch.Elapsed;
        watch.Restart();
        Assert.True((await nft.ListAsync(default))!.Count > 50_000);
        var list = watch.Elapsed;
        var full = await Each(1000, i => nft.BlockAsync(Block($"10.98.{i >> 8}.{i & 255}", TimeSpan.FromHours(1)), default));
        var refresh = await Each(1000, i => nft.BlockAsync(Block($"10.98.{i >> 8}.{i & 255}", TimeSpan.FromHours(2)), default));
        var lift = await Each(1000, i => nft.UnblockAsync(Prefix.Host(Address.FromV4(0x0A62_0000 | (uint)i)), default));
        var network = await Each(300, i => nft.BlockAsync(Block($"10.97.{i & 255}.{(i >> 8) * 8}/29", TimeSpan.FromHours(1)), default));
        var library = await Each(50, i =>
        {
            Assert.Null(NftScript.Run($"add element inet portsentry blocked4 {{ 10.96.1.{i} timeout 1h }}"));
            return ValueTask.FromResult(ResponderResult.Done);
        });
        var execNft = await Each(50, i => Exec("nft", "add", "element", "inet", "portsentry", "blocked4", $"{{ 10.96.2.{i} timeout 1h }}"));
        var execIptables = await Each(50, i => Exec("iptables", "-w", "5", "-I", "INPUT", "-s", $"10.96.3.{i}", "-j", "DROP"));

        output.WriteLine($"one block, empty set:      {empty}");
        output.WriteLine($"one block, 50,000 in set:  {full}");
        output.WriteLine($"refresh, 50,000 in set:    {refresh}");
        output.WriteLine($"unblock, 50,000 in set:    {lift}");
        output.WriteLine($"one network (/29):         {network}");
        output.WriteLine($"libnftables, 50,000:       {library}");
        output.WriteLine($"exec nft, 50,000:          {execNft}  = {execNft.Median / full.Median:F0} ×");
        output.WriteLine($"exec iptables:             {execIptables}  = {execIptables.Median / full.Median:F0} ×");
        output.WriteLine($"50,000 at once: {bulk.TotalMilliseconds:F0} ms (CPU: user {user.TotalMilliseconds:F0}, kernel {kernel.TotalMilliseconds:F0}), again: {again.TotalMilliseconds:F0} ms, list: {list.TotalMilliseconds:F0} ms");
        // Some hundred times on a quiet machine; what a loaded one cannot turn round is the order.
        Assert.True(execNft.Median > full.Median && execIptables.Median > full.Median);
    });

    private static ValueTask<ResponderResult> Exec(string tool, params string[] arguments)
    {
        Shell.Run(tool, arguments);
        return ValueTask.FromResult(ResponderResult.Done);
    }

    private static async Task<Spread> Each(int count, Func<int, ValueTask<ResponderResult>> act)
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
        return new Spread(times[count / 2], times[count * 99 / 100]);
    }

    private readonly record struct Spread(double Median, double P99)
    {
        public override string ToString() => $"median {Median:F3} ms, p99 {P99:F3} ms";
    }
}
