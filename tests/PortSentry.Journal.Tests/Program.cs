using System.Text;
using PortSentry.Core;
using PortSentry.Journal;
using PortSentry.Journal.Sqlite;

// The process that KillTests kills: writes batches to the file named by the argument for ever, and prints "ID NUMBER" for the last
// entry of each id once the journal has confirmed it.
using var journal = SqliteJournal.Open(new SqliteJournalOptions(args[0]) { CheckpointPages = 16 });
using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
var random = new Random(args[0].Length);
string[] ids = ["a", "b", "c"];
var next = ids.ToDictionary(id => id, id => journal.HighestSequenceNr(id) + 1);
while (true)
{
    var batch = new List<JournalEntry>();
    foreach (var id in ids)
        for (var i = random.Next(0, 8); i > 0; i--)
            batch.Add(new JournalEntry(id, next[id]++, "x", Encoding.UTF8.GetBytes($"{id}#{next[id] - 1}"), i % 2 == 0 ? ["t"] : [], new Instant(0)));
    journal.Write(batch);
    foreach (var id in ids) output.WriteLine($"{id} {next[id] - 1}");
    output.Flush();
}
