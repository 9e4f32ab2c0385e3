using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Bench.Journal;

/// <param name="P50Ms">Median time of one Write, in ms.</param>
/// <param name="CpuMicroseconds">Processor time of this process an event: what stays true on a machine that others load too.</param>
/// <param name="BytesPerEvent">Growth on disk by event, indexes included, the log carried over.</param>
internal sealed record Result(
    string Store, int Batch, double EventsPerSecond, double P50Ms, double P99Ms, double MaxMs, double CpuMicroseconds, double BytesPerEvent);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<Result>))]
internal sealed partial class BenchJson : JsonSerializerContext;

internal static class Workload
{
    private static readonly Instant Start = new(1_772_366_400_000_000_000);
    private static readonly string[] First = ["history"];

    public static Result Write(IEventJournal journal, string store, int batchSize, int sources, TimeSpan length)
    {
        var round = Guid.NewGuid().ToString("N")[..8];
        var random = new Random(1);
        var numbers = new long[sources];
        var payload = Payload(1);
        var batch = new List<JournalEntry>(batchSize);
        var times = new List<double>();
        var before = journal.Size().Total;
        var events = 0L;
        var cpu = Environment.CpuUsage.TotalTime;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < length;)
        {
            batch.Clear();
            for (var i = 0; i < batchSize; i++)
            {
                var source = random.Next(sources);
                var number = ++numbers[source];
                batch.Add(new JournalEntry(Id(round, source), number, "port-touched", payload, number == 1 ? First : [], Start));
            }

            var begun = Stopwatch.GetTimestamp();
            journal.Write(batch);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            events += batchSize;
        }

        cpu = Environment.CpuUsage.TotalTime - cpu;
        journal.Reclaim(1);
        times.Sort();
        // Over the time in Write alone: making the batch is the caller's.
        return new Result(
            store, batchSize, events / (times.Sum() / 1000), times[times.Count / 2], times[(int)(times.Count * 0.99)], times[^1],
            cpu.TotalMicroseconds / events, (journal.Size().Total - before) / (double)events);
    }

    public static void Fill(IEventJournal journal, int sources, int eventsEach)
    {
        var payload = Payload(1);
        for (var number = 1; number <= eventsEach; number++)
            foreach (var part in Enumerable.Range(0, sources).Chunk(1000))
                journal.Write([.. part.Select(source => new JournalEntry(Id("r", source), number, "port-touched", payload, [], Start))]);
        foreach (var part in Enumerable.Range(0, sources).Chunk(1000))
            journal.SaveSnapshots([.. part.Select(source => new JournalSnapshot(Id("r", source), eventsEach / 2, "source-state", payload, Start))]);
    }

    /// <returns>Median and 99th percentile of one recovery, in ms.</returns>
    public static (double P50, double P99) Recover(IEventJournal journal, int sources, int recoveries)
    {
        var random = new Random(2);
        var times = new List<double>();
        for (var i = 0; i < recoveries; i++)
        {
            var id = Id("r", random.Next(sources));
            var begun = Stopwatch.GetTimestamp();
            var snapshot = journal.LoadSnapshot(id, SnapshotCriteria.Latest)!;
            var highest = journal.HighestSequenceNr(id);
            foreach (var entry in journal.Replay(id, snapshot.SequenceNr + 1, highest))
                if (JournalEvents.Serialiser.Deserialise(entry.Manifest, entry.Payload.Span) is not Decoded.Event)
                    throw new InvalidOperationException("An event could not be read back.");
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        times.Sort();
        return (times[times.Count / 2], times[(int)(times.Count * 0.99)]);
    }

    private static string Id(string round, int source) => string.Create(
        CultureInfo.InvariantCulture, $"source-{round}-{source >> 16}.{source >> 8 & 255}.{source & 255}.7");

    private static byte[] Payload(ushort port) => JournalEvents.Serialiser.Serialise(new PortTouched(
        new Fact(Address.Parse("198.51.100.23"), Address.Parse("192.0.2.7"), IpProtocol.Tcp, port, ProbeKind.TcpSyn, Outcome.Refused, Traits.None, 2, false, 0, 1, Start, Start),
        1, 1.3862943611198906));
}
