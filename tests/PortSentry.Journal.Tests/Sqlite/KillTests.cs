using System.Diagnostics;
using System.Globalization;
using System.Text;
using PortSentry.Journal.Sqlite;

namespace PortSentry.Journal.Tests.Sqlite;

public sealed class KillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Kill_9_at_any_moment_loses_no_confirmed_event()
    {
        var file = _folder.File("journal.db");
        var confirmed = new Dictionary<string, long>();
        var random = new Random(20260301);
        for (var round = 0; round < 6; round++)
        {
            Kill(file, random.Next(3, 900), confirmed);

            var logger = new RecordingLogger();
            using var journal = SqliteJournal.Open(new SqliteJournalOptions(file), logger);
            Assert.DoesNotContain(logger.Lines, line => line.Id == 4000);
            Assert.Equal(3, confirmed.Count);
            foreach (var (id, number) in confirmed)
            {
                var events = journal.Replay(id).ToArray();
                Assert.True(events.Length >= number, $"round {round}: {id} was confirmed to {number}, the journal has {events.Length}");
                for (var place = 0; place < events.Length; place++)
                    Assert.Equal((place + 1, $"{id}#{place + 1}"), (events[place].SequenceNr, Encoding.UTF8.GetString(events[place].Payload.Span)));
            }
        }
    }

    // Starts the writer, kills it after so many confirmations, and reads what it had still said.
    private static void Kill(string file, int lines, Dictionary<string, long> confirmed)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", [typeof(KillTests).Assembly.Location, file])
        {
            RedirectStandardOutput = true,
        })!;
        while (child.StandardOutput.ReadLine() is { } line)
        {
            // The last line may be cut off by the kill: then it has no end and may name a shorter number, which is confirmed too.
            var parts = line.Split(' ');
            if (parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                confirmed[parts[0]] = Math.Max(number, confirmed.GetValueOrDefault(parts[0]));
            if (--lines == 0) child.Kill();
        }

        child.WaitForExit();
        Assert.Equal(128 + 9, child.ExitCode);
    }
}
