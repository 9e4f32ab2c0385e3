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

    public GateCounters Counters => _gate.Read();

    public void Handle(LinkType link, long timestampNanoseconds, ReadOnlySpan<byte> frame, int originalLength) =>
        _classifier.Take(link, timestampNanoseconds, frame, originalLength);

    public void Handle(LinkType link, ReadOnlySpan<byte> window, ReadOnlySpan<FrameRecord> frames) => _classifier.Take(link, window, frames);

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
        Dictionary<Address, ScanTally> scanners = [];
        List<ScanTally> networks = [];
        foreach (var (address, state) in _sources)
            if (_verdicts.TryGetValue(SourceKey.Of(address), out var verdict)) scanners.Add(address, new ScanTally(SourceKey.Of(address), state, verdict));
        foreach (var (network, state) in _networks)
            if (_verdicts.TryGetValue(network, out var verdict)) networks.Add(new ScanTally(network, state, verdict));
        _gate.ForEachContact(contact =>
        {
            if (scanners.TryGetValue(SourceKey.Fold(contact.Source), out var scanner)) scanner.Add(contact);
            foreach (var network in networks)
                if (network.Source.Contains(contact.Source)) network.Add(contact);
        });
        List<ScanTally> alone = [.. scanners.Values];
        foreach (var tally in alone.Concat(networks)) tally.Settle();
        List<ScanReport> reports = [.. alone.Select(one => one.Report() with { Group = GroupOf(one, alone) }), .. networks.Select(static one => one.Report())];
        reports.Sort(static (left, right) => left.Detected != right.Detected
            ? left.Detected.CompareTo(right.Detected)
            : left.Source.Network.CompareTo(right.Source.Network));
        return reports;
    }

    // A crowd beyond this is a botnet or a flood, not one scanner and its decoys, and comparing all pairs would cost too much.
    private const int MostDecoys = 256;

    private static ImmutableArray<Prefix> GroupOf(ScanTally one, List<ScanTally> all) => all.Count > MostDecoys
        ? []
        : [.. all.FindAll(other => other != one && one.ResemblesDecoy(other)).ConvertAll(static other => other.Source)];

    public void Dispose() => _gate.Dispose();
}
