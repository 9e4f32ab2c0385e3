using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PortSentry.Bench.Journal;
using PortSentry.Journal;
using PortSentry.Journal.PostgreSql;
using PortSentry.Journal.Sqlite;

// bench-journal [--dir DIR] [--postgres CONNECTION] [--json FILE] [--seconds N] [--sources N]
//   Events/s and commit times of the journals, by batch size: port-touched events of N sources in random order, each tagged
//   "history" when it is the source's first. --dir: where the SQLite files go (default: the temporary folder); a tmpfs tells
//   nothing about FULL. Each line is the median of three runs of N seconds (default 1).
var options = new Dictionary<string, string>();
for (var i = 0; i + 1 < args.Length; i += 2) options[args[i]] = args[i + 1];
if (args.Length % 2 != 0 || options.Keys.Except(["--dir", "--postgres", "--json", "--seconds", "--sources"]).Any())
{
    Console.Error.WriteLine("usage: bench-journal [--dir DIR] [--postgres CONNECTION] [--json FILE] [--seconds N] [--sources N]");
    return 2;
}

var folder = Directory.CreateDirectory(Path.Combine(options.GetValueOrDefault("--dir") ?? Path.GetTempPath(), $"bench-journal-{Environment.ProcessId}"));
var length = TimeSpan.FromSeconds(double.Parse(options.GetValueOrDefault("--seconds") ?? "1", CultureInfo.InvariantCulture));
var sources = int.Parse(options.GetValueOrDefault("--sources") ?? "10000", CultureInfo.InvariantCulture);
var results = new List<Result>();
try
{
    Console.WriteLine($"{"store",-18}{"batch",6}{"events/s",12}{"p50 ms",10}{"p99 ms",10}{"max ms",10}{"CPU us/ev",11}{"B/event",9}");
    foreach (var mode in Enum.GetValues<SqliteSynchronous>())
        Measure($"sqlite {mode.ToString().ToLowerInvariant()}", run => SqliteJournal.Open(new SqliteJournalOptions(Path.Combine(folder.FullName, $"{mode}-{run}.db")) { Synchronous = mode }));
    if (options.TryGetValue("--postgres", out var connection))
        Measure("postgresql", _ => PostgreSqlJournal.Open(new PostgreSqlJournalOptions(connection)));
    Reading();
}
finally
{
    folder.Delete(recursive: true);
}

if (options.TryGetValue("--json", out var json))
    File.WriteAllText(json, JsonSerializer.Serialize(results, BenchJson.Default.ListResult));
return 0;

void Measure(string store, Func<string, IEventJournal> open)
{
    foreach (var batch in new[] { 1, 10, 100, 1000 })
    {
        var runs = new List<Result>();
        for (var run = 0; run < 3; run++)
        {
            using var journal = open($"{batch}-{run}");
            runs.Add(Workload.Write(journal, store, batch, sources, length));
        }

        var median = runs.OrderBy(run => run.EventsPerSecond).ElementAt(1);
        results.Add(median);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{median.Store,-18}{median.Batch,6}{median.EventsPerSecond,12:N0}{median.P50Ms,10:F3}{median.P99Ms,10:F3}{median.MaxMs,10:F1}{median.CpuMicroseconds,11:F1}{median.BytesPerEvent,9:F0}"));
    }
}

// What a start and a returning source cost: opening, and one recovery (snapshot, highest number, tail) among all sources.
void Reading()
{
    var file = Path.Combine(folder.FullName, "read.db");
    using (var fill = SqliteJournal.Open(new SqliteJournalOptions(file)))
        Workload.Fill(fill, sources, eventsEach: 20);
    var clock = Stopwatch.StartNew();
    using var journal = SqliteJournal.Open(new SqliteJournalOptions(file));
    var opening = clock.Elapsed;
    var (p50, p99) = Workload.Recover(journal, sources, recoveries: 2000);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"sqlite: open {journal.Size().Total / 1048576.0:F0} MiB {opening.TotalMilliseconds:F1} ms; recovery of one of {sources} sources p50 {p50:F3} ms, p99 {p99:F3} ms"));
    results.Add(new Result("sqlite recovery", 1, 0, p50, p99, 0, 0, 0));
}
