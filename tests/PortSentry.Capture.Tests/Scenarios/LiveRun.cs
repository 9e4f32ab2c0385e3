using PortSentry.Capture.Contacts;
using PortSentry.Capture.Filter;
using PortSentry.Capture.Packets;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>
/// A scenario as the daemon sees it: through the kernel filter, the gate and a source's decisions. A restart keeps nothing but
/// what the journal would: half of it as a snapshot, half as events.
/// </summary>
internal sealed class LiveRun : IFactSink, IDisposable
{
    private readonly Scenario _scenario;
    private readonly FilterExpression _filter = FilterExpression.Compile(LinkType.Ethernet, KernelFilter.Build(new KernelFilterOptions(LinkType.Ethernet)));
    private readonly Dictionary<Prefix, List<ISourceEvent>> _journal = [];
    private readonly Dictionary<Prefix, SourceState> _states = [];
    private Gate _gate;
    private PacketClassifier _classifier;

    public LiveRun(Scenario scenario)
    {
        _scenario = scenario;
        (_gate, _classifier) = Begin();
    }

    public IReadOnlyDictionary<Prefix, List<ISourceEvent>> Journal => _journal;

    public void Run(long start)
    {
        var end = start;
        foreach (var moment in _scenario.Moments)
        {
            end = start + moment.Time;
            if (moment.Frame is null) Restart();
            else if (_filter.Matches(moment.Frame, moment.Frame.Length)) _classifier.Take(LinkType.Ethernet, end, moment.Frame, moment.Frame.Length);
        }
        _gate.Advance(end + (60L * 1_000_000_000));
    }

    public IEnumerable<(Prefix Source, SourceState State)> Scanners =>
        _states.Where(static pair => pair.Value.IsScanner).Select(static pair => (pair.Key, pair.Value));

    public void Take(in Fact fact) => Weigh(SourceKey.Of(fact.Source), fact);

    public void TakeShared(Prefix network, in Fact fact) => Weigh(network, fact);

    public void Dispose()
    {
        _gate.Dispose();
        _filter.Dispose();
    }

    private (Gate, PacketClassifier) Begin()
    {
        var gate = new Gate(new GateOptions { MaxContacts = 1 << 14, MaxSources = 1 << 12 }, new ScenarioVantage(_scenario), this);
        return (gate, new PacketClassifier(gate));
    }

    private void Restart()
    {
        _gate.Dispose();
        (_gate, _classifier) = Begin();
        foreach (var (source, events) in _journal)
        {
            var snapshot = events.Take(events.Count / 2).Aggregate(SourceState.Initial, SourceDecider.Apply);
            _states[source] = events.Skip(events.Count / 2).Aggregate(snapshot, SourceDecider.Apply);
        }
    }

    private void Weigh(Prefix key, in Fact fact)
    {
        var state = _states.GetValueOrDefault(key, SourceState.Initial);
        if (!_journal.TryGetValue(key, out var events)) _journal[key] = events = [];
        foreach (var happened in SourceDecider.Decide(state, fact, DetectionPolicy.Default))
        {
            events.Add(happened);
            state = SourceDecider.Apply(state, happened);
        }
        _states[key] = state;
    }
}
