using PortSentry.Actors.Responses;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Actors.Sources;

/// <summary>
/// One source: receive, <see cref="SourceDecider.Decide"/>, <see cref="SourceDecider.Apply"/>, tell, persist. A verdict waits for no
/// disk: events take effect in the turn that hands them to the journal's writer. Where the writer loses them the actor stops, and its
/// next incarnation knows what the journal knows.
/// </summary>
public sealed class SourceActor : ReceivePersistentActor
{
    private const int EventsPerSnapshot = 64;

    private readonly Prefix _source;
    private readonly SourceSettings _settings;
    private SourceState _state = SourceState.Initial;
    private int _unwritten;
    private int _eventsSinceSnapshot;

    public SourceActor(Prefix source, SourceSettings settings)
    {
        _source = source;
        _settings = settings;
        PersistenceId = IdOf(source);

        Recover<SnapshotOffer>(offer => _state = (SourceState)offer.Snapshot);
        Recover<ISourceEvent>(happened =>
        {
            _state = SourceDecider.Apply(_state, happened);
            _eventsSinceSnapshot++;
        });

        Command<FactSeen>(seen => Weigh(seen.Fact));
        Command<SharedFactSeen>(seen => Weigh(seen.Fact));
        Command<CompanionsSeen>(seen =>
        {
            foreach (var named in SourceDecider.Name(_state, seen.Others, seen.At)) Record(named, null);
        });
        Command<ForgiveSource>(forgive => Record(new SourceForgiven(forgive.At, forgive.By), Sender));
        Command<ExplainSource>(_ => Explain(Sender));
        Command<ReceiveTimeout>(_ => Context.Parent.Tell(new Passivate(_source)));
        Command<LeaveMemory>(leave => DeferAsync(leave, _ => Context.Stop(Self)));
        Command<SaveSnapshotSuccess>(saved => Compact(saved.Metadata.SequenceNr));
        Command<SaveSnapshotFailure>(failure => Context.GetLogger().Warning("No snapshot of {0}: {1}", PersistenceId, failure.Cause.Message));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failure => Context.GetLogger().Warning("Old events of {0} stay: {1}", PersistenceId, failure.Cause.Message));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failure => Context.GetLogger().Warning("Old snapshots of {0} stay: {1}", PersistenceId, failure.Cause.Message));
    }

    public override string PersistenceId { get; }

    public static string IdOf(Prefix source) => $"source-{source}";

    public static Props PropsFor(Prefix source, SourceSettings settings) => Props.Create<SourceActor>(source, settings);

    protected override void PreStart()
    {
        Context.SetReceiveTimeout(_settings.IdleTime);
        base.PreStart();
    }

    private void Weigh(Fact fact)
    {
        var policy = _settings.Policy.Detection;
        var events = SourceDecider.Decide(_state, fact, policy);
        foreach (var happened in events) _state = SourceDecider.Apply(_state, happened);
        // A scanner that comes back is told of at each fact, new or not: its block may be over, and it is cheap to say so too often.
        if (_state.Verdict is { } verdict && policy.Weights.Of(fact) > 0 && !SourceDecider.HasFaded(_state, fact.At, policy))
        {
            var isNew = events.Any(static happened => happened is ScanDetected);
            _settings.Response.Tell(new ScanSeen(_source, fact, verdict, isNew, _state.Proven || fact.Proven) { Contacts = isNew ? _state.Contacts : [] });
        }
        foreach (var happened in events) Persist(happened, null);
    }

    private void Record(ISourceEvent happened, IActorRef? asker)
    {
        _state = SourceDecider.Apply(_state, happened);
        Persist(happened, asker);
    }

    // The state is ahead of the journal by what is being written; a snapshot waits until it is not.
    private void Persist(ISourceEvent happened, IActorRef? asker)
    {
        _unwritten++;
        PersistAsync(happened, _ =>
        {
            _unwritten--;
            if (asker is not null) Explain(asker);
            if (++_eventsSinceSnapshot < EventsPerSnapshot || _unwritten > 0) return;
            _eventsSinceSnapshot = 0;
            SaveSnapshot(_state);
        });
    }

    // What the state has summed up need not stay for ever: a source that scans for months keeps its last events only.
    private void Compact(long sequenceNr)
    {
        DeleteSnapshots(new SnapshotSelectionCriteria(sequenceNr - 1));
        if (sequenceNr > _settings.EventsKept) DeleteMessages(sequenceNr - _settings.EventsKept);
    }

    private void Explain(IActorRef asker) => asker.Tell(new SourceExplained(_source, _state));
}

/// <param name="Response">Takes <see cref="ScanSeen"/>.</param>
/// <param name="IdleTime">Without a fact for so long, an actor leaves memory; its history stays in the journal.</param>
public sealed record SourceSettings(LivePolicy Policy, IActorRef Response, TimeSpan IdleTime)
{
    /// <summary>Events kept behind a snapshot, for <c>history</c>: some 300 bytes each.</summary>
    public long EventsKept { get; init; } = 256;
}
