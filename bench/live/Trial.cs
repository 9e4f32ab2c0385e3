using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PortSentry.Bench.Live;

/// <summary>One run: a watcher, a warm-up, the sender at work for some seconds, the counters.</summary>
internal static partial class Trial
{
    private const double WarmUp = 0.7;
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);

    /// <param name="watcher">none, socket (a packet socket whose filter takes nothing), tcpdump, or SOURCE with "filtered" or "unfiltered" behind it.</param>
    /// <param name="stall">The watcher is stopped for so long in the middle; zero is not at all.</param>
    public static Outcome Run(Lab lab, string watcher, string kind, double seconds, TimeSpan stall, int rate = 0)
    {
        using var process = watcher switch
        {
            "none" => null,
            "tcpdump" => lab.Watch("tcpdump", "-i", Lab.Interface, "-n", "-w", "/dev/null", "-B", "65536"),
            "socket" => lab.Watch("tcpdump", "-i", Lab.Interface, "-n", "-w", "/dev/null", "less 1"),
            "tcpdump filtered" => lab.Watch("tcpdump", "-i", Lab.Interface, "-n", "-w", "/dev/null", "-B", "65536", "tcp[13] & 0x17 != 0x10"),
            _ => lab.WatchSelf(["receive", .. watcher.Split(' ') is [var source, var filter] ? new[] { source, filter == "filtered" ? "on" : "off" } : throw new ArgumentException(watcher)]),
        };
        Await(process, watcher);
        lab.Send(rate == 0 ? WarmUp : 0.1, kind);
        // A source that went over to blocks comes back to single packets within 0.3 s.
        if (rate > 0) Thread.Sleep(500);
        Thread.Sleep(Settle);
        var isOurs = process is not null && !IsTcpdump(watcher);
        if (isOurs) process!.StandardInput.WriteLine();
        Thread.Sleep(Settle);
        var cpu = process is null ? 0 : Cpu(process.Id);
        var before = lab.Arrived();
        using var pause = stall == TimeSpan.Zero || process is null ? null : new Timer(_ => Pause(process.Id, stall), null, TimeSpan.FromSeconds(seconds / 3), Timeout.InfiniteTimeSpan);
        var sent = lab.Send(seconds, kind, rate);
        Thread.Sleep(Settle);
        var arrived = lab.Arrived() - before;
        var pps = sent["sent"] / sent["seconds"];
        var cost = sent["cpu"] / sent["sent"];
        if (process is null) return new Outcome(watcher, kind, pps, cost, arrived, 0, 0, 0, default);
        if (!isOurs)
        {
            var used = Cpu(process.Id) - cpu;
            _ = Native.kill(process.Id, Native.SIGINT);
            var text = process.StandardError.ReadToEnd();
            process.WaitForExit();
            var lost = double.Parse(Dropped().Match(text).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            return new Outcome(watcher, kind, pps, cost, arrived, lost, used / arrived, double.Parse(Captured().Match(text).Groups[1].ValueSpan, CultureInfo.InvariantCulture), default);
        }

        process.StandardInput.WriteLine();
        var report = Report.Parse(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return new Outcome(watcher, kind, pps, cost, arrived, report["dropped"], report["cpu"] / arrived, report["packets"], new Delay(report["p50"] / 1000, report["p99"] / 1000, report["max"] / 1000));
    }

    private static bool IsTcpdump(string watcher) => watcher.StartsWith("tcpdump", StringComparison.Ordinal) || watcher == "socket";

    private static void Await(Process? process, string watcher)
    {
        if (process is null) return;
        var line = IsTcpdump(watcher) ? process.StandardError.ReadLine() : process.StandardOutput.ReadLine();
        if (line is null) throw new InvalidOperationException($"{watcher} did not start: {process.StandardError.ReadToEnd()}");
    }

    private static void Pause(int process, TimeSpan length)
    {
        _ = Native.kill(process, Native.SIGSTOP);
        Thread.Sleep(length);
        _ = Native.kill(process, Native.SIGCONT);
    }

    // proc(5): nanoseconds on the processor of the main thread, which is all there is of tcpdump.
    private static double Cpu(int process) =>
        double.Parse(File.ReadAllText($"/proc/{process}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);

    [GeneratedRegex("([0-9]+) packets? dropped by kernel")]
    private static partial Regex Dropped();

    [GeneratedRegex("([0-9]+) packets? captured")]
    private static partial Regex Captured();
}

/// <param name="SentPerSecond">What the sender managed with this watcher.</param>
/// <param name="SenderNanoseconds">Processor time of the sender a packet; it carries the packet through the veth into the ring.</param>
/// <param name="Arrived">Packets at the watcher's interface.</param>
/// <param name="Lost">Packets that passed the filter and found no room.</param>
/// <param name="CpuNanoseconds">Of the capture thread, for each packet that arrived.</param>
/// <param name="Taken">Packets that reached the handler.</param>
internal sealed record Outcome(string Watcher, string Traffic, double SentPerSecond, double SenderNanoseconds, long Arrived, double Lost, double CpuNanoseconds, double Taken, Delay Delay)
{
    /// <summary>
    /// How much slower the sender is than without a watcher, by its processor time: others on the machine do not change that much.
    /// </summary>
    public double SlowDown { get; init; }

    /// <summary>Half of the rounds lie between these.</summary>
    public double SlowDownFrom { get; init; }

    public double SlowDownTo { get; init; }
}

/// <summary>Kernel timestamp to the handler's call, microseconds.</summary>
internal readonly record struct Delay(double Median, double P99, double Most);
