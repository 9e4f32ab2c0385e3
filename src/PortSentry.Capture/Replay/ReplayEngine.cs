using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Replay;

/// <summary>
/// The detection over captures: the same gate and the same decisions as live, with packet time as the clock, and without actors
/// or journal, since one thread has it all. One thread.
/// </summary>
public sealed class ReplayEngine : IFrameBatchHandler, IFactSink, IDisposable
{
    private readonly Dictionary<Address, SourceState> _sources = [];
    private readonly Dictionary<Prefix, SourceState> _networks = [];

    // The first of each source: a verdict may fade before the capture ends, and it was a scan all the same.
    private readonly Dictionary<Prefix, ScanDetected> _verdicts = [];
    private readonly DetectionPolicy _policy;
    private readonly Gate _gate;
    private readonly PacketClassifier _classifier;

    public ReplayEngine(DetectionPolicy policy, GateOptions options, IVantage vantage)
    {
        _policy = policy;
        _gate = new Gate(options with { HoldSingles = !policy.Weights.TrapsOnly }, vantage, this);
        _classifier = new PacketClassifier(_gate);
    }

    public long Bytes { get; private set; }

    public GateCounters Counters => _gate.Read();

    public void Handle(LinkType link, long timestampNanoseconds, ReadOnlySpan<byte> frame, int originalLength)
    {
        Bytes += frame.Length;
        _classifier.Take(link, timestampNanoseconds, frame, originalLength);
    }

    public void Handle(LinkType link, ReadOnlySpan<byte> window, ReadOnlySpan<FrameRecord> frames)
    {
        foreach (ref readonly var frame in frames) Bytes += frame.Length;
        _classifier.Take(link, window, frames);
    }

    public long Idle(long nowNanoseconds)
    {
        _gate.Advance(nowNanoseconds);
        return _gate.NextDue;
    }

    public void Take(in Fact fact) =>
        Weigh(SourceKey.Of(fact.Source), ref CollectionsMarshal.GetValueRefOrAddDefault(_sources, SourceKey.Fold(fact.Source), out _), fact);

    public void TakeShared(Prefix network, in Fact fact) =>
        Weigh(network, ref CollectionsMarshal.GetValueRefOrAddDefault(_networks, network, out _), fact);

    private void Weigh(Prefix source, ref SourceState? state, in Fact fact)
    {
        state ??= SourceState.Initial;
        foreach (var happened in SourceDecider.Decide(state, fact, _policy))
        {
            state = SourceDecider.Apply(state, happened);
            if (happened is ScanDetected verdict) _verdicts.TryAdd(source, verdict);
        }
    }

    /// <summary>Judges what still waits and sums up, in the order of detection.</summary>
    public IReadOnlyList<ScanReport> Finish()
    {
        _gate.Settle();
        if (_verdicts.Count == 0) return [];
        var scanners = _sources.Where(pair => _verdicts.ContainsKey(SourceKey.Of(pair.Key)))
            .ToDictionary(static pair => pair.Key, static pair => (SourceKey.Of(pair.Key), pair.Value, Tally: new ScanTally()));
        var networks = _networks.Where(pair => _verdicts.ContainsKey(pair.Key)).Select(static pair => (pair.Key, pair.Value, Tally: new ScanTally())).ToList();
        _gate.ForEachContact(contact =>
        {
            if (scanners.TryGetValue(SourceKey.Fold(contact.Source), out var scanner)) scanner.Tally.Add(contact);
            foreach (var (network, _, tally) in networks)
                if (network.Contains(contact.Source)) tally.Add(contact);
        });
        foreach (var (_, _, tally) in scanners.Values) tally.Settle();
        foreach (var (_, _, tally) in networks) tally.Settle();
        List<(Prefix Source, SourceState State, ScanTally Tally)> alone = [.. scanners.Values];
        return
        [
            .. alone
                .Select(one => one.Tally.Report(one.Source, one.State, _verdicts[one.Source]) with { Group = GroupOf(one.Source, one.Tally, alone) })
                .Concat(networks.Select(one => one.Tally.Report(one.Item1, one.Item2, _verdicts[one.Item1])))
                .OrderBy(static report => report.Detected).ThenBy(static report => report.Source.Network),
        ];
    }

    // A crowd beyond this is a botnet or a flood, not one scanner and its decoys, and comparing all pairs would cost too much.
    private const int MostDecoys = 256;

    private static ImmutableArray<Prefix> GroupOf(
        Prefix source, ScanTally tally, List<(Prefix Source, SourceState State, ScanTally Tally)> all) => all.Count > MostDecoys
        ? []
        : [.. all.Where(other => other.Source != source && tally.ResemblesDecoy(other.Tally)).Select(static other => other.Source)];

    public void Dispose() => _gate.Dispose();
}
