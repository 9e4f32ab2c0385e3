using System.CommandLine;
using System.Diagnostics;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Replay;
using PortSentry.Capture.Sources;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Live;

namespace PortSentry.Daemon.Commands;

/// <summary><c>portsentry replay FILE...</c>: the detection over captures; no root, no network, no journal.</summary>
internal static class ReplayCommand
{
    // 2^22 contacts of 64 bytes: pages that no contact touches cost nothing.
    private const int Contacts = 1 << 22;

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "pcap or pcapng files, or - for standard input.", Arity = ArgumentArity.OneOrMore };
        var config = new Option<string?>("--config")
        {
            Description = "Configuration file (HOCON): its detection, ignore lists, traps and gate hold; without it the built-in ones, and nobody is ignored.",
        };
        var home = new Option<string?>("--home")
        {
            Description = "Addresses guarded: prefixes with commas, or any. auto guards all, too: an address that never answers is guarded, but weighs half. Without it the configuration's, else auto.",
        };
        var format = FormatOption.Create();
        var profile = new Option<bool>("--profile") { Description = "Print packets/s and where the time went, on standard error." };
        var command = new Command("replay", "Reads captures with packet time as the clock and names the scanners.") { files, config, home, format, profile };
        command.SetAction(parsed =>
        {
            IReadOnlyList<Prefix>? prefixes = null;
            if (parsed.GetValue(home) is { } text && !TryParseHome(text, out prefixes))
            {
                Console.Error.WriteLine($"portsentry: --home {text}: not a list of prefixes, nor auto or any.");
                return ExitCodes.Usage;
            }
            PortSentryOptions? options = null;
            if (parsed.GetValue(config) is { } path && (options = CommonOptions.Load(path, new ConfigurationOverrides())) is null) return ExitCodes.Failed;
            foreach (var warning in options?.Warnings ?? []) Console.Error.WriteLine($"portsentry: {warning}");
            return Replay(parsed.GetValue(files)!, EngineOf(options, prefixes), parsed.GetValue(format), parsed.GetValue(profile));
        });
        return command;
    }

    private static ReplayEngine EngineOf(PortSentryOptions? options, IReadOnlyList<Prefix>? home)
    {
        if (options is null)
            return new ReplayEngine(DetectionPolicy.Default, new GateOptions { MaxContacts = Contacts, MaxSources = Contacts }, new FileVantage(home ?? [], [], TrapPorts.None));
        IEnumerable<Prefix> file = options.IgnoreFile is { } path ? new IgnoreFile(path).Prefixes : [];
        var gate = options.Gate with { MaxContacts = Math.Max(Contacts, options.Gate.MaxContacts), MaxSources = Math.Max(Contacts, options.Gate.MaxSources) };
        return new ReplayEngine(options.Detection, gate, new FileVantage(home ?? options.Home.Networks, [.. options.Ignore, .. file], ClassicTraps.Of(options)));
    }

    private static int Replay(string[] files, ReplayEngine engine, OutputFormat format, bool profile)
    {
        using var owned = engine;
        var started = Stopwatch.GetTimestamp();
        var (unreadable, bytes) = (0, 0L);
        var queue = new CaptureQueue(files);
        foreach (var file in files)
        {
            try
            {
                using var source = queue.Take();
                source.Run(engine, CancellationToken.None);
                foreach (var warning in source.Warnings) Console.Error.WriteLine($"portsentry: {file}: {warning}");
                engine.Counters.Malformed += source.Statistics.Malformed;
                bytes += source.Statistics.Bytes;
            }
            catch (CaptureFileException exception)
            {
                Console.Error.WriteLine($"portsentry: {exception.Message}");
                unreadable++;
            }
        }
        var scans = engine.Finish();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        ReplayReport.Write(Console.Out, format, scans, engine.Counters, bytes, seconds);
        if (profile) Console.Error.WriteLine($"{engine.Counters.Packets / seconds / 1e6:0.00} M packets/s, {bytes / seconds / 1e6:0} MB/s");
        return unreadable == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    // Both words are one: which destinations answer is learnt on the way and is a weight (detection.weights.dark), no border. With a
    // border at those that answer, a sweep of empty addresses would be nobody's.
    private static bool TryParseHome(string text, out IReadOnlyList<Prefix> prefixes)
    {
        var list = new List<Prefix>();
        prefixes = list;
        if (text is "auto" or "any") return true;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Prefix.TryParse(part, out var prefix)) return false;
            list.Add(prefix);
        }
        return true;
    }
}
