using System.Globalization;
using System.Text.Json;
using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd.Block;

/// <summary>
/// From the first attack packet (kernel timestamp, attacker's side) to the element in the kernel set (the line of `nft monitor`,
/// 1 to 2 ms late): `nmap -sS -T4 -p1-1000`, a fresh daemon and fresh hosts each time. Uses the lab that compares us with the
/// peers where it is there ($PORTSCAN_LAB, default ../shared/lab), else the hosts of the end-to-end tests.
/// </summary>
internal static class TimeToBlock
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <param name="Milliseconds">Null where no block was seen.</param>
    private sealed record Run(double? Milliseconds, int AnswersBefore, int OpenPortsLearnt);

    /// <summary>0: every run was blocked; 1: one was not; 130: interrupted.</summary>
    public static async Task<int> RunAsync(int count, CancellationToken stop)
    {
        var lab = Path.GetFullPath(Path.Combine(Environment.GetEnvironmentVariable("PORTSCAN_LAB") is { Length: > 0 } folder ? folder : "../shared/lab", "lab.sh"));
        var inLab = File.Exists(lab);
        Console.WriteLine($"nmap -sS -T4 -p1-1000, {count} runs, {(inLab ? lab : "hosts of the end-to-end tests")}, daemon {Daemon.Launcher}");
        Console.WriteLine("run  ms to the block  answers before it  open ports learnt");
        var runs = new List<Run>();
        while (runs.Count < count)
        {
            if (stop.IsCancellationRequested) return 130;
            var run = inLab ? await InLabAsync(lab) : await InOwnHostsAsync();
            runs.Add(run);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs.Count,3}  {run.Milliseconds,15:0.0}  {run.AnswersBefore,17}  {run.OpenPortsLearnt,17}"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"median {Median(runs.Select(run => run.Milliseconds ?? double.PositiveInfinity)),12:0.0}  {Median(runs.Select(run => (double)run.AnswersBefore)),17:0.#}  {Median(runs.Select(run => (double)run.OpenPortsLearnt)),17:0.#}"));
        return runs.TrueForAll(run => run.Milliseconds is not null) ? 0 : 1;
    }

    private static async Task<Run> InLabAsync(string lab)
    {
        var folder = Directory.CreateTempSubdirectory("portsentry-block-");
        try
        {
            var command = (string[])["env", $"PORTSENTRY={Daemon.Launcher}", $"LAB_OUT={folder}", "bash", lab, "run", "ours", "sS", $"b{Environment.ProcessId}"];
            var line = (await Finished.RunAsync(command, Patience)).Must().TrimEnd('\n').Split('\n')[^1];
            using var result = JsonDocument.Parse(line);
            var root = result.RootElement;
            var blocked = root.GetProperty("blocked").GetBoolean();
            return new Run(blocked ? root.GetProperty("t_block_ms").GetDouble() : null, root.GetProperty(blocked ? "answered_before" : "answered").GetInt32(), root.GetProperty("leaked").GetInt32());
        }
        finally { folder.Delete(recursive: true); }
    }

    private static async Task<Run> InOwnHostsAsync()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);
        await using var watch = await BlockWatch.StartAsync(hosts.Victim);
        await using var packets = await PacketLog.StartAsync(hosts);
        var nmap = await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-1000", hosts.Victim.Address);
        await Until.TrueAsync(() => watch.Blocked(hosts.Attacker.Address) is not null, TimeSpan.FromSeconds(2));
        var summary = await packets.StopAsync();
        var blocked = watch.Blocked(hosts.Attacker.Address);
        return new Run((blocked - summary.Sent[0])?.TotalMilliseconds, summary.AnswersBefore(blocked ?? DateTimeOffset.MaxValue), nmap.OpenPorts.Count);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
