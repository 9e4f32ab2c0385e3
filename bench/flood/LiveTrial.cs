using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PortSentry.Bench.Live;

namespace PortSentry.Bench.Flood;

/// <summary>
/// The real daemon in a real flood: SYNs of random sources to random ports from two senders at their maximum for ten seconds, and after three of them
/// nmap asks for the hundred usual ports. Afterwards the blocked scanner goes on as fast as it can. Needs root.
/// </summary>
internal static class LiveTrial
{
    /// <summary>
    /// The host's stack refuses each SYN, on the processor of its sender; or the frames go to another link address, the stack drops them at once
    /// and the capture alone has to do with them, at a higher rate.
    /// </summary>
    public static readonly (string Kind, string Name)[] Floods =
        [("flood", "of random sources"), ("range", "of random sources in a /15"), ("syn", "of random sources, not answered")];

    // With one the other processor of two has little to do.
    private const int Senders = 2;

    private const double FloodSeconds = 10, AgainSeconds = 5;
    private static readonly TimeSpan BeforeScan = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MostCalm = TimeSpan.FromSeconds(60);
    private static readonly string[] Served = ["22", "80", "110", "443", "8080"];

    public static LiveFigures Run(string portsentry, (string Kind, string Name) flood)
    {
        using var lab = new Lab();
        lab.Address();
        var state = Directory.CreateTempSubdirectory("portsentry-flood-");
        using var services = lab.WatchSelf(["serve", .. Served]);
        services.StandardOutput.ReadLine();
        using var daemon = lab.Watch(portsentry, "run", "--interface", Lab.Interface, "--enforce", "--state-dir", state.FullName);
        try
        {
            var lines = new Lines(daemon);
            lines.Await("active and listening");
            return Measure(lab, portsentry, state.FullName, daemon, lines, flood);
        }
        finally
        {
            _ = Native.kill(daemon.Id, Native.SIGTERM);
            daemon.WaitForExit();
            services.StandardInput.WriteLine();
            services.WaitForExit();
            state.Delete(recursive: true);
        }
    }

    private static LiveFigures Measure(Lab lab, string portsentry, string state, Process daemon, Lines lines, (string Kind, string Name) kind)
    {
        var cpu = Cpu(daemon.Id);
        var before = lab.Arrived();
        var senders = Enumerable.Range(0, Senders).Select(_ => Task.Run(() => lab.Send(FloodSeconds, kind.Kind))).ToArray();
        Thread.Sleep(BeforeScan);
        var start = DateTime.UtcNow;
        var open = Scan(lab);
        Task.WaitAll(senders);
        var arrived = lab.Arrived() - before;
        var end = Stopwatch.StartNew();
        var after = Status(lab, portsentry, state);
        var spent = Cpu(daemon.Id) - cpu;
        var memory = Peak(daemon.Id);
        var forged = Ask(lab, portsentry, "blocked", state).Split('\n').Count(static line => line.StartsWith('{') && !line.Contains("10.99.1.1", StringComparison.Ordinal));

        cpu = Cpu(daemon.Id);
        lab.Send(AgainSeconds, "again");
        var again = Cpu(daemon.Id) - cpu;
        while (Status(lab, portsentry, state).IsFlood && end.Elapsed < MostCalm) Thread.Sleep(500);
        var blocked = lines.At("10.99.1.1 has been blocked");
        return new LiveFigures(
            kind.Name, arrived / FloodSeconds, after.Packets, after.Lost, spent.TotalSeconds / FloodSeconds, memory, after.Withheld, forged, after.JournalKib,
            (lines.At("10.99.1.1 is held") ?? blocked) - start is { } held ? held.TotalMilliseconds : null, blocked - start is { } took ? took.TotalMilliseconds : null,
            open, again.TotalSeconds, end.Elapsed.TotalSeconds, lines.Bytes);
    }

    private static int Scan(Lab lab)
    {
        using var nmap = lab.Attack("nmap", "-n", "-Pn", "-sS", "--top-ports", "100", "-T4", "--host-timeout", "6s", "-oG", "-", "10.99.1.2");
        var output = nmap.StandardOutput.ReadToEnd();
        nmap.WaitForExit();
        return output.Split("/open/").Length - 1;
    }

    private static (long Packets, long Lost, long Withheld, bool IsFlood, double JournalKib) Status(Lab lab, string portsentry, string state)
    {
        using var answer = JsonDocument.Parse(Ask(lab, portsentry, "status", state));
        var one = answer.RootElement.GetProperty("interfaces")[0];
        return (one.GetProperty("packets").GetInt64(), one.GetProperty("droppedByKernel").GetInt64(), one.GetProperty("withheld").GetInt64(), one.GetProperty("flood").GetBoolean(),
            new DirectoryInfo(state).EnumerateFiles("journal*").Sum(static file => file.Length) / 1024.0);
    }

    private static string Ask(Lab lab, string portsentry, string what, string state)
    {
        using var ask = lab.Watch(portsentry, what, "--format", "json", "--state-dir", state);
        var text = ask.StandardOutput.ReadToEnd();
        ask.WaitForExit();
        return text;
    }

    // proc(5): the 14th and 15th field, in hundredths of a second; the threads that ended included.
    private static TimeSpan Cpu(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    private static double Peak(int process) => double.Parse(
        File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;
}

/// <param name="Rate">SYNs a second that arrived.</param>
/// <param name="Packets">That the daemon took, the host's answers included.</param>
/// <param name="Cores">The daemon's processor time in the flood, as a part of one core.</param>
/// <param name="MostMib">Resident memory at its peak.</param>
/// <param name="ForgedBlocks">Blocks in force of others than the scanner.</param>
/// <param name="HeldMs">From the start of nmap until its packets were dropped; null is never.</param>
/// <param name="OpenPorts">Of five that it learnt.</param>
/// <param name="AgainCpu">Processor time in seconds while the blocked scanner went on for five.</param>
/// <param name="CalmSeconds">From the end of the flood until the status said so.</param>
internal sealed record LiveFigures(
    string Flood, double Rate, long Packets, long Lost, double Cores, double MostMib, long Withheld, int ForgedBlocks, double JournalKib, double? HeldMs, double? BlockedMs, int OpenPorts,
    double AgainCpu, double CalmSeconds, long LogBytes)
{
    public void Print() => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SYN flood {Flood,-32}{Rate / 1000:F0} k/s for 10 s, {Packets} packets taken, {Lost} lost, {Withheld} facts withheld
        daemon                                    {Cores:F2} of a core, {MostMib:F0} MiB at most, journal {JournalKib:F0} KiB, log {LogBytes} bytes
        scanner in the midst                      held after {HeldMs:F0} ms, blocked after {BlockedMs:F0} ms, learnt {OpenPorts} of 5 open ports; {ForgedBlocks} forged sources blocked
        it goes on for 5 s                        {AgainCpu:F2} s of processor time
        back to normal                            {CalmSeconds:F0} s after the flood
        """));
}
