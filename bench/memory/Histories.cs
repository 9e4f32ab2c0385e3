using System.Diagnostics;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Bench.Memory;

/// <summary>What is remembered of sources that touched closed ports of one host.</summary>
internal static class Histories
{
    private const int Batch = 1000;

    private static readonly Instant Start = new(1_772_366_400_000_000_000);
    private static readonly Address Home = Address.Parse("192.0.2.7");

    /// <summary>A source after so many refused ports, by the same Decide and Apply as live.</summary>
    public static SourceState After(int ports, uint source)
    {
        var state = SourceState.Initial;
        for (var port = 1; port <= ports; port++)
            foreach (var happened in SourceDecider.Decide(state, Refused(source, (ushort)port), DetectionPolicy.Default)) state = SourceDecider.Apply(state, happened);
        return state;
    }

    /// <summary>Managed bytes of one source's state.</summary>
    public static double Bytes(int ports)
    {
        var states = new SourceState[10_000];
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < states.Length; i++) states[i] = After(ports, (uint)i);
        var bytes = GC.GetTotalMemory(true) - before;
        GC.KeepAlive(states);
        return (double)bytes / states.Length;
    }

    /// <summary>Three events a source, round by round, so that a source's own lie far apart.</summary>
    public static void Fill(IEventJournal journal, int sources)
    {
        for (var number = 1; number <= 3; number++)
            foreach (var part in Enumerable.Range(0, sources).Chunk(Batch))
                journal.Write([.. part.Select(source => Entry(source, number))]);
    }

    /// <returns>Milliseconds of each recovery: look-up, events, decoding, Apply.</returns>
    public static List<double> Recover(IEventJournal journal, int sources, int recoveries)
    {
        var random = new Random(2);
        var times = new List<double>();
        for (var i = 0; i < recoveries; i++)
        {
            var id = Id(random.Next(sources));
            var begun = Stopwatch.GetTimestamp();
            var state = SourceState.Initial;
            var snapshot = journal.LoadSnapshot(id, SnapshotCriteria.Latest);
            var highest = journal.HighestSequenceNr(id);
            foreach (var entry in journal.Replay(id, (snapshot?.SequenceNr ?? 0) + 1, highest))
                if (JournalEvents.Serialiser.Deserialise(entry.Manifest, entry.Payload.Span) is Decoded.Event { Value: ISourceEvent happened })
                    state = SourceDecider.Apply(state, happened);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if (state.Facts != 3) throw new InvalidOperationException($"{id}: {state.Facts} facts came back.");
        }

        times.Sort();
        return times;
    }

    private static JournalEntry Entry(int source, int number) => new(
        Id(source), number, "port-touched", JournalEvents.Serialiser.Serialise(new PortTouched(Refused((uint)source, (ushort)number), 1, number * 1.3862943611198906)), [], Start);

    private static string Id(int source) => $"source-{Address.FromV4(0x0B00_0000u + (uint)source)}";

    private static Fact Refused(uint source, ushort port) => new(
        Address.FromV4(0x0B00_0000u + source), Home, IpProtocol.Tcp, port, ProbeKind.TcpSyn, Outcome.Refused, Traits.None, 2, false, 0, 1, Start, Start);
}
