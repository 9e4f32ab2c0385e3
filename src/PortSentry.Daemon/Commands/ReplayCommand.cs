using System.CommandLine;
using System.Diagnostics;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Replay;
using PortSentry.Capture.Sources;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Daemon.Commands;

/// <summary><c>portsentry replay FILE...</c>: the detection over captures; no root, no network, no journal.</summary>
internal static class ReplayCommand
{
    // 2^22 contacts of 64 bytes: pages that no contact touches cost nothing.
    private const int Contacts = 1 << 22;

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "pcap or pcapng files, or - for standard input.", Arity = ArgumentArity.OneOrMore };
        var config = new Option<string?>("--config") { Description = "Configuration file (HOCON)." };
        var home = new Option<string>("--home")
        {
            Description = "Addresses guarded: prefixes with commas, auto (those that answer) or any.",
            DefaultValueFactory = static _ => "auto",
        };
        var format = FormatOption.Create();
        var profile = new Option<bool>("--profile") { Description = "Print packets/s and where the time went, on standard error." };
        var command = new Command("replay", "Reads captures with packet time as the clock and names the scanners.") { files, config, home, format, profile };
        command.SetAction(parsed =>
        {
            if (!TryParseHome(parsed.GetValue(home)!, out var prefixes))
            {
                Console.Error.WriteLine($"portsentry: --home {parsed.GetValue(home)}: not a list of prefixes, nor auto or any.");
                return ExitCodes.Usage;
            }
            return Replay(parsed.GetValue(files)!, prefixes, parsed.GetValue(format), parsed.GetValue(profile));
        });
        return command;
    }

    private static int Replay(string[] files, IReadOnlyList<Prefix> home, OutputFormat format, bool profile)
    {
        var vantage = new FileVantage(home, [], TrapPorts.None);
        using var engine = new ReplayEngine(DetectionPolicy.Default, new GateOptions { MaxContacts = Contacts, MaxSources = Contacts }, vantage);
        var started = Stopwatch.GetTimestamp();
        var unreadable = 0;
        foreach (var file in files)
        {
            try
            {
                using var source = new CaptureFileSource(file);
                source.Run(engine, CancellationToken.None);
                foreach (var warning in source.Warnings) Console.Error.WriteLine($"portsentry: {file}: {warning}");
                engine.Counters.Malformed += source.Statistics.Malformed;
            }
            catch (CaptureFileException exception)
            {
                Console.Error.WriteLine($"portsentry: {exception.Message}");
                unreadable++;
            }
        }
        var scans = engine.Finish();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        ReplayReport.Write(Console.Out, format, scans, engine, seconds);
        if (profile) Console.Error.WriteLine($"{engine.Counters.Packets / seconds / 1e6:0.00} M packets/s, {engine.Bytes / seconds / 1e6:0} MB/s");
        return unreadable == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    // Which destinations answer is learnt on the way: "auto" and "any" differ in what silence weighs, and the capture tells that itself.
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
