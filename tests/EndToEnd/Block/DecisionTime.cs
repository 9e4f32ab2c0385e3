using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PortSentry.EndToEnd.Lab;
using PortSentry.EndToEnd.Raw;

namespace PortSentry.EndToEnd.Block;

/// <summary>
/// From the deciding packet to the kernel's word that the address is in the set: scans of four SYNs to closed ports, each by another address, with and
/// without the tripwire, slow ones on a quiet interface and bursts on a busy one. By the daemon's own word (its status: from the kernel's timestamp to the
/// kernel's acknowledgement; where the tripwire holds first, the hold is the deciding packet and its time that of the report), and by another process that hears the kernel's notice and takes tcpdump's
/// timestamp, which is later. Beside them what it takes to run `nft` or `iptables` for one address, from fork to exit, as blockers do that fork.
/// </summary>
internal static class DecisionTime
{
    private const int Busy = 50_000, Probes = 4;
    private static readonly TimeSpan BetweenQuietProbes = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="Name">Of the case.</param>
    private sealed record Series(string Name, double Median, double P90, double P99, double Max, int Missed)
    {
        public static Series Of(string name, IReadOnlyCollection<double> milliseconds, int missed = 0)
        {
            double[] sorted = [.. milliseconds.Order()];
            return new Series(name, At(0.5), At(0.9), At(0.99), At(1), missed);

            double At(double share) => sorted.Length == 0 ? -1 : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
        }
    }

    /// <summary>0: all were blocked; 1: some were not; 130: interrupted.</summary>
    public static async Task<int> RunAsync(int scans, CancellationToken stop)
    {
        Console.WriteLine($"four SYNs to closed ports, {scans} addresses a case; ms from the deciding packet to the element in the kernel's set, daemon {Daemon.Launcher}");
        Console.WriteLine("case                                            median      p90      p99      max  missed");
        var all = new List<Series>();
        foreach (var tripwire in (bool[])[true, false])
        {
            foreach (var rate in (int[])[0, Busy])
            {
                if (stop.IsCancellationRequested) return 130;
                foreach (var series in await RunCaseAsync(scans, tripwire, rate)) Add(series);
            }
        }
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            scans,
            packetsPerSecond = Busy,
            cases = all,
        }));
        return all.TrueForAll(static one => one.Missed == 0) ? 0 : 1;

        void Add(Series series)
        {
            all.Add(series);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{series.Name,-46}  {series.Median,7:0.000}  {series.P90,7:0.000}  {series.P99,7:0.000}  {series.Max,7:0.000}  {series.Missed,6}"));
        }
    }

    private static string NameOf(bool tripwire, int rate) => $"{(tripwire ? "with" : "without")} tripwire, {(rate == 0 ? "quiet" : $"{rate / 1000} k packets/s")}";

    private static async Task<List<Series>> RunCaseAsync(int scans, bool tripwire, int rate)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var victim = hosts.Victim;
        (await victim.RunAsync("ip", "route", "add", "198.18.0.0/15", "via", hosts.Attacker.Address)).Must();
        (await victim.RunAsync("nft", "add table inet peer; add set inet peer blocked { type ipv4_addr; }; add chain inet peer input { type filter hook input priority 0; }; add rule inet peer input ip saddr @blocked drop")).Must();
        await using var daemon = await Daemon.StartAsync(hosts, $"portsentry.response {{ tripwire = {(tripwire ? "on" : "off")}, responders = [nftables], block.unproven-budget-per-minute = 100000 }}");
        using var elements = await ElementWatch.StartAsync(victim);
        var file = Path.Combine(hosts.Folder, "victim.pcap");
        await using var tcpdump = victim.Start(["tcpdump", "-i", victim.Interface, "-s", "64", "-U", "--immediate-mode", "--time-stamp-precision=nano", "-Z", "root", "-w", file, "src net 198.18.0.0/15 and tcp"]);
        await tcpdump.LineAsync("listening on", TimeSpan.FromSeconds(10));
        using var background = rate == 0 ? null : await Background.StartAsync(hosts.Attacker, victim, rate);
        using var raw = await hosts.Attacker.InsideAsync(static () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
            return socket;
        });

        var random = new Random(1);
        List<double> nft = [], iptables = [];
        // A /24 each: together they would be a scan of another shape.
        var scanners = Enumerable.Range(0, scans).Select(static i => new IPAddress([198, (byte)(18 + (i & 1)), (byte)(i / 2), 1])).ToList();
        var target = new IPEndPoint(IPAddress.Parse(victim.Address), 0);
        for (var i = 0; i < scans; i++)
        {
            await Task.Delay(5 + random.Next(20));
            var first = random.Next(30_000, 60_000);
            for (var probe = 0; probe < Probes; probe++)
            {
                if (rate == 0) await Task.Delay(BetweenQuietProbes);
                raw.SendTo(Segments.Make(scanners[i], target.Address, (ushort)(20_000 + i), (ushort)(first + (probe * 7)), Segments.Syn), target);
            }
            await Until.TrueAsync(() => elements.Entered(scanners[i]) is not null, Patience);
            if (i % 4 != 0) continue;
            nft.Add(await TimeAsync(victim, "nft", "add", "element", "inet", "peer", "blocked", $"{{ {scanners[i]} }}"));
            iptables.Add(await TimeAsync(victim, "iptables", "-I", "INPUT", "-s", $"{scanners[i]}", "-j", "DROP"));
        }
        var own = (await daemon.AskAsync("status")).Entries[0].GetProperty("responders").EnumerateArray()
            .First(static part => part.GetProperty("name").GetString() == "nftables").GetProperty("reaction");
        await Task.Delay(50); // what the kernel still holds back for tcpdump
        tcpdump.Signal(Interop.Libc.Libc.SIGINT);
        await tcpdump.ExitAsync(TimeSpan.FromSeconds(5));

        var deciding = LastProbes(await File.ReadAllBytesAsync(file));
        var took = scanners.Where(one => elements.Entered(one) is not null && deciding.ContainsKey(one)).Select(one => (elements.Entered(one)!.Value - deciding[one]).TotalMilliseconds).ToList();
        var name = NameOf(tripwire, rate);
        return
        [
            new($"{name}: own word", Own("median"), Own("p90"), Own("p99"), Own("longest"), scans - own.GetProperty("blocks").GetInt32()),
            Series.Of($"{name}: heard", took, scans - took.Count),
            Series.Of($"{name}: exec nft", nft),
            Series.Of($"{name}: exec iptables", iptables),
        ];

        double Own(string what) => own.GetProperty(what).GetDouble();
    }

    // From the fork to the exit: a blocker that runs a program waits for both.
    private static Task<double> TimeAsync(Host host, string program, params string[] arguments) => host.InsideAsync(() =>
    {
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(clock).TotalMilliseconds : throw new InvalidOperationException($"{program} failed");
    });

    /// <summary>The time of each source's last packet in a capture file with nanoseconds.</summary>
    private static Dictionary<IPAddress, DateTimeOffset> LastProbes(ReadOnlySpan<byte> file)
    {
        var last = new Dictionary<IPAddress, DateTimeOffset>();
        for (file = file[24..]; file.Length >= 16;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file[8..]);
            if (file.Length < 16 + length) break;
            var at = DateTimeOffset.UnixEpoch.AddSeconds(BinaryPrimitives.ReadUInt32LittleEndian(file)).AddTicks(BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) / 100);
            last[new IPAddress(file.Slice(16 + 14 + 12, 4))] = at;
            file = file[(16 + length)..];
        }
        return last;
    }
}
