using PortSentry.Actors.Responses;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Actors.Sources;

/// <summary>
/// One source: receive, <see cref="SourceDecider.Decide"/>, tell, persist, <see cref="SourceDecider.Apply"/>. The response is told in
/// the same turn in which the events go to the journal's writer: a block never waits for the disk.
/// </summary>
public sealed class SourceActor : ReceivePersistentActor
{
    private const int EventsPerSnapshot = 64;

    private readonly Prefix _source;
    private readonly SourceSettings _settings;
    private SourceState _state = SourceState.Initial;
    private int _eventsSinceSnapshot;

    public SourceActor(Prefix source, SourceSettings settings)
    {
        _source = source;
        _settings = settings;
        PersistenceId = IdOf(source);

        Recover<SnapshotOffer>(offer => _state = (SourceState)offer.Snapshot);
        Recover<ISourceEvent>(happened => _state = SourceDecider.Apply(_state, happened));

        Command<FactSeen>(seen => Weigh(seen.Fact));
        Command<ForgiveSource>(forgive => Persist(new SourceForgiven(forgive.At, forgive.By), happened =>
        {
            Apply(happened);
            Explain();
        }));
        Command<ExplainSource>(_ => Explain());
        Command<ReceiveTimeout>(_ => Context.Parent.Tell(new Passivate(_source)));
        Command<SaveSnapshotSuccess>(_ => { });
        Command<SaveSnapshotFailure>(failure => Context.GetLogger().Warning("No snapshot of {0}: {1}", PersistenceId, failure.Cause.Message));
    }

    public override string PersistenceId { get; }

    public static string IdOf(Prefix source) => $"source-{source}";

    public static Props PropsFor(Prefix source, SourceSettings settings) => Props.Create(() => new SourceActor(source, settings));

    protected override void PreStart()
    {
        Context.SetReceiveTimeout(_settings.IdleTime);
        base.PreStart();
    }

    private void Weigh(Fact fact)
    {
        var events = SourceDecider.Decide(_state, fact, _settings.Policy.Detection);
        if (events.IsEmpty) return;
        if (VerdictOf(events) is { } verdict)
            _settings.Response.Tell(new ScanSeen(_source, fact, verdict, IsNew: !_state.IsScanner, _state.Proven || fact.Proven));
        PersistAll(events, Apply);
    }

    private ScanDetected? VerdictOf(IEnumerable<ISourceEvent> events) => events.OfType<ScanDetected>().FirstOrDefault() ?? _state.Verdict;

    private void Apply(ISourceEvent happened)
    {
        _state = SourceDecider.Apply(_state, happened);
        if (++_eventsSinceSnapshot < EventsPerSnapshot) return;
        _eventsSinceSnapshot = 0;
        SaveSnapshot(_state);
    }

    private void Explain() => Sender.Tell(new SourceExplained(_source, _state));
}

/// <param name="Response">Takes <see cref="ScanSeen"/>.</param>
/// <param name="IdleTime">Without a fact for so long, an actor leaves memory; its history stays in the journal.</param>
public sealed record SourceSettings(LivePolicy Policy, IActorRef Response, TimeSpan IdleTime);
