using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PortSentry.Bench.Memory;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;
using PortSentry.Journal.Sqlite;

// bench-start [BLOCKS] [SOURCES]: from the start of the daemon ($PORTSENTRY) to the line that says it listens, all blocks back in the
// kernel by then, in a network namespace of its own. As root. Writes bench-start.json.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Rounds = 5;
const string Namespace = "psentry-start", Listens = "is now active and listening";
var blocks = args.Length > 0 ? int.Parse(args[0]) : 50_000;
var sources = args.Length > 1 ? int.Parse(args[1]) : 1_000_000;
var launcher = Environment.GetEnvironmentVariable("PORTSENTRY") ?? throw new InvalidOperationException("Set PORTSENTRY to the launcher: ./build.sh publish prints it.");
var folder = Directory.CreateTempSubdirectory("portsentry-start-").FullName;
var times = new List<double>();
try
{
    Ip("netns", "add", Namespace);
    Ip("-n", Namespace, "link", "add", "vic0", "type", "veth", "peer", "name", "att0");
    Ip("-n", Namespace, "addr", "add", "10.99.0.2/24", "dev", "vic0");
    foreach (var end in (string[])["vic0", "att0"]) Ip("-n", Namespace, "link", "set", end, "up");
    using (var journal = SqliteJournal.Open(new SqliteJournalOptions(Path.Combine(folder, "journal.db"))))
    {
        Histories.Fill(journal, sources);
        journal.SaveSnapshots([Blocked(blocks)]);
    }
    for (var round = 0; round < Rounds; round++) times.Add(Start());
}
finally
{
    Ip("netns", "del", Namespace);
    Directory.Delete(folder, recursive: true);
}

times.Sort();
Console.WriteLine($"{blocks:N0} blocks, {sources:N0} sources: listening after {times[times.Count / 2]:0} ms (median of {times.Count}, {times[0]:0} to {times[^1]:0})");
File.WriteAllText("bench-start.json", JsonSerializer.Serialize(new { blocks, sources, milliseconds = times }, JsonSerializerOptions.Web));
Console.WriteLine(Path.GetFullPath("bench-start.json"));

double Start()
{
    var clock = Stopwatch.GetTimestamp();
    using var daemon = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", Namespace, launcher, "run", "--interface", "vic0", "--enforce", "--state-dir", folder]) { RedirectStandardOutput = true })!;
    while (daemon.StandardOutput.ReadLine() is { } line)
        if (line.Contains(Listens, StringComparison.Ordinal)) break;
    var took = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
    var held = Run("ip", "netns", "exec", Namespace, "nft", "list", "set", "inet", "portsentry", "blocked4").Split("expires").Length - 1;
    Run("kill", daemon.Id.ToString());
    daemon.StandardOutput.ReadToEnd();
    daemon.WaitForExit();
    return held == blocks ? took : throw new InvalidOperationException($"{held} of {blocks} blocks were in the kernel.");
}

static JournalSnapshot Blocked(int count)
{
    var now = Instant.From(TimeProvider.System.GetUtcNow());
    var active = Enumerable.Range(0, count).Select(i => Prefix.Host(Address.FromV4(0xC612_0000u + (uint)i))).ToImmutableDictionary(
        static target => target,
        target => new Block(target, now, now + TimeSpan.FromHours(1), Decider.Rule, "vertical tcp-syn scan", true, 1, IpProtocol.Tcp, 23, "atcp") { ConfirmedAt = now });
    return new JournalSnapshot("response", 1, "response-state", JournalEvents.Serialiser.Serialise(ResponseState.Initial with { Active = active }), now);
}

static void Ip(params string[] arguments) => Run("ip", arguments);

static string Run(string program, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit {process.ExitCode}");
}
