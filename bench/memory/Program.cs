using System.Globalization;
using System.Text.Json;
using PortSentry.Bench.Memory;
using PortSentry.Journal.Serialisation;
using PortSentry.Journal.Sqlite;

// bench-memory [HISTORIES]: what a source costs in the gate, in memory and on disk, and how soon it is back. Writes bench-memory.json.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var histories = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
var figures = new List<object>();

foreach (var (sources, maxContacts, maxSources) in new[] { (1_000_000, 1 << 21, 1 << 21), (10_000_000, 1 << 22, 1 << 24) })
{
    var (known, bytes, nanoseconds) = GateMemory.Measure(sources, maxContacts, maxSources);
    Add($"gate, {sources:N0} sources with a SYN each (max-contacts {maxContacts:N0}, max-sources {maxSources:N0}): known", known, "sources");
    Add("  resident", bytes / 1e9, "GB");
    Add("  a source", (double)bytes / sources, "bytes");
    Add("  time", nanoseconds, "ns of processor time a packet");
}

foreach (var ports in new[] { 1, 4, 1000 })
{
    Add($"state of a source that touched {ports} closed ports, in memory", Histories.Bytes(ports), "bytes");
    Add("  its snapshot", JournalEvents.Serialiser.Serialise(Histories.After(ports, 1)).Length, "bytes");
}

var folder = Directory.CreateTempSubdirectory("portsentry-memory-");
try
{
    using var journal = SqliteJournal.Open(new SqliteJournalOptions(Path.Combine(folder.FullName, "journal.db")));
    Histories.Fill(journal, histories);
    Add($"{histories:N0} histories of 3 events on disk: each", (double)journal.Size().Total / histories, "bytes");
    var times = Histories.Recover(journal, histories, 2000);
    Add("  recovery of one, median", times[times.Count / 2], "ms");
    Add("  recovery of one, 99th of 100", times[times.Count * 99 / 100], "ms");
}
finally
{
    folder.Delete(recursive: true);
}

var json = Path.GetFullPath("bench-memory.json");
File.WriteAllText(json, JsonSerializer.Serialize(figures, JsonSerializerOptions.Web));
Console.WriteLine(json);

void Add(string name, double value, string unit)
{
    Console.WriteLine($"{name,-100} {value,14:#,0.###} {unit}");
    figures.Add(new { name, value, unit });
}
