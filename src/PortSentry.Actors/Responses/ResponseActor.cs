using System.Collections.Immutable;
using PortSentry.Actors.Notices;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <summary>
/// Decides answers. The blocks in force are its journalled state, so a start recovers this one actor, which tells the gates
/// and puts them back. What it decides takes effect at once and goes to the journal's writer meanwhile: a slow disk delays no block.
/// </summary>
public sealed class ResponseActor : ReceivePersistentActor, IWithTimers
{
    public const string Id = "response";

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly ResponseSettings _settings;
    private readonly ResponseBook _book;
    private readonly ResponderGroup _responders;
    private readonly Undertakings _undertakings;
    private readonly Enforcement _enforcement;
    private readonly Holds _holds;
    private readonly RefusalMemory _refusals;
    private readonly ClientShare _clients;
    private readonly BudgetBreaker _breaker = new(), _clientBreaker = new();
    private readonly Companions _companions = new();
    private readonly List<IActorRef> _waiting = [];

    // What follows from verdicts that were answered, and the word of holds: an attacker waits for none of it.
    private readonly Queue<Action> _unfinished = [];
    private bool _isStateBehind;
    private bool _ready;
    private int _restored;

    public ResponseActor(ResponseSettings settings)
    {
        _settings = settings;
        _book = new ResponseBook((happened, written) => PersistAsync(happened, _ => written()), SaveSnapshot);
        _responders = new ResponderGroup(settings);
        _undertakings = new Undertakings(() => Timers, settings.AnswerPatience);
        _enforcement = new Enforcement(settings, _book, _responders, _undertakings, Context.System.EventStream.Publish);
        _holds = new Holds(settings, _book);
        _refusals = new RefusalMemory(settings.RepeatRefusal);
        _clients = new ClientShare(settings.Protection);
        var operators = new OperatorCommands(settings, _book, _enforcement, _responders, _undertakings);

        Recover<SnapshotOffer>(offer => _book.Restore((ResponseState)offer.Snapshot));
        Recover<IResponseEvent>(_book.Replay);
        Recover<RecoveryCompleted>(_ => Begin());

        Command<ScanSeen>(OnScan);
        On<BlockByHand>(command => operators.Block(command, Now, Sender));
        On<Unblock>(command => operators.Unblock(command, Now, Sender));
        On<FlushAll>(command => operators.Flush(command, Now, Sender));
        On<ReconcileNow>(_ => operators.Reconcile(Now, Sender));
        On<Undertakings.GiveUp>(_undertakings.OnGiveUp);
        Command<HoldSeen>(seen => _unfinished.Enqueue(() => _holds.OnSeen(seen, Now)));
        On<JudgeHold>(judge => Sender.Tell(_holds.Judge(judge.Target, Now)));
        On<Responded>(OnResponded);
        On<Reconciled>(OnReconciled);
        On<HealthChanged>(changed => Notify(changed.Error is { } error
            ? NoticeText.ResponderFailed(Now, changed.Responder, error)
            : NoticeText.ResponderWorks(Now, changed.Responder)));
        On<ResponderActor.Started>(started => _responders.Restore(started.Responder, _enforcement.Wanted(Now)));
        On<RespondersChanged>(changed => _responders.Change(Context, changed.Handovers, _enforcement.Wanted(Now)));
        On<ResponderActor.Retired>(retired => _responders.Retired(Context, retired.Responder, _enforcement.Wanted(Now)));
        On<Beat>(_ => OnBeat());
        On<CompareAll>(_ => _responders.Compare(_enforcement.Wanted(Now)));
        On<CompareSoon>(soon => _responders.Compare(soon.Responder, _enforcement.Wanted(Now)));
        On<StartIsLate>(_ =>
        {
            _ready = true;
            TellReady();
        });
        On<AwaitRecovery>(_ => Sender.Tell(ResponseRecovered.Instance));
        On<AwaitReady>(_ =>
        {
            _waiting.Add(Sender);
            TellReady();
        });
        On<GetActiveBlocks>(_ => Sender.Tell(new ActiveBlocks([.. _enforcement.Wanted(Now).Concat(_holds.Current(Now)).OrderBy(static block => block.Since)])));
        On<GetResponseStatus>(_ => ResponseHealth.Ask(_responders.Running, Status(), Sender));
        On<KeepState>(_ => _book.Keep());
        On<SourceExplained>(_ => { });
        On<SaveSnapshotSuccess>(saved => Compact(saved.Metadata.SequenceNr));
        On<SaveSnapshotFailure>(failure => Context.GetLogger().Warning("No snapshot of the active blocks: {0}", failure.Cause.Message));
        On<DeleteMessagesSuccess>(_ => { });
        On<DeleteMessagesFailure>(failure => Context.GetLogger().Warning("Old events of answers stay: {0}", failure.Cause.Message));
        On<DeleteSnapshotsSuccess>(_ => { });
        On<DeleteSnapshotsFailure>(failure => Context.GetLogger().Warning("Old snapshots of answers stay: {0}", failure.Cause.Message));

        void On<T>(Action<T> handler) => Command<T>(message =>
        {
            Finish();
            handler(message);
        });
    }

    public override string PersistenceId => _settings.PersistenceId;

    public ITimerScheduler Timers { get; set; } = null!;

    private Instant Now => Instant.From(_settings.Time.GetUtcNow());

    public static Props PropsFor(ResponseSettings settings) => Props.Create(() => new ResponseActor(settings));

    /// <summary>The actor under a supervisor that brings it back after growing pauses: a journal that fails stops it.</summary>
    public static Props SupervisedPropsFor(ResponseSettings settings) => BackoffSupervisor.Props(
        Backoff.OnStop(PropsFor(settings), "decider", TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), 0.2, -1));

    private void Begin()
    {
        _responders.Create(Context);
        // Walking through tens of thousands of blocks takes its time: once is enough.
        var now = Now;
        var wanted = _enforcement.Wanted(now);
        _enforcement.Resume(wanted, now);
        Timers.StartPeriodicTimer("beat", Beat.Instance, Tick);
        Timers.StartPeriodicTimer("compare", CompareAll.Instance, _settings.ReconcileEvery);
        if (_settings.Policy.Response.Enforce)
        {
            _restored = wanted.Count;
            _responders.Start(wanted);
            Timers.StartSingleTimer("ready", StartIsLate.Instance, _settings.StartPatience);
        }
        TellReady();
    }

    private void TellReady()
    {
        if (!_ready && _responders.IsStarting) return;
        _ready = true;
        foreach (var waiting in _waiting) waiting.Tell(new ResponseReady(_restored));
        _waiting.Clear();
    }

    private void OnScan(ScanSeen seen)
    {
        if (_isStateBehind) Finish();
        var isTold = seen.IsNew && (seen.Proven || !_breaker.IsOpen);
        var (target, refusal) = TargetOf(seen);
        var attack = new Attack(
            target, Now, NoticeText.Reason(seen.Verdict), seen.Proven && !_settings.Protection.IsDelicate(target), seen.Fact.Protocol, seen.Fact.Port, _settings.Policy.Response.ModeOf(seen.Fact.Protocol));
        var events = ResponseDecider.Decide(_book.State, attack, refusal, _settings.Policy.Response);
        if (events is [BlockDecided { Block: var block }] && _clients.Judge(block, _book.State, _settings.Policy.Response.ClientShare) is { } spared) events = [spared];
        _unfinished.Enqueue(() => Finish(seen, isTold, events));
        _isStateBehind = true;
        if (events is [BlockDecided { Block: var decided }]) _enforcement.Order(decided, seen.Fact.At);
        // The firewall first: it has its turn when this one is over, and its answer finds the rest done.
        if (!_responders.IsAnswering || events is not [BlockDecided]) Finish();
    }

    // Before anything else is decided; a beat later at most.
    private void Finish()
    {
        while (_unfinished.TryDequeue(out var rest)) rest();
        _isStateBehind = false;
    }

    private void Finish(ScanSeen seen, bool isTold, ImmutableArray<IResponseEvent> events)
    {
        if (events is [BlockDecided decided]) _enforcement.Enter(decided.Block);
        var others = seen.IsNew ? Companions(seen) : [];
        if (isTold) Notify(NoticeText.Scan(seen, others));
        if (events is [BlockRefused refused]) OnRefused(refused);
    }

    // Who scanned together with it; each of them is told of the other.
    private ImmutableArray<Prefix> Companions(ScanSeen seen)
    {
        var others = _companions.Join(seen.Source, seen.Verdict.First, seen.Contacts);
        if (others.Length > 0) _settings.Sources()?.Tell(new CompanionsSeen(seen.Source, others, Now));
        foreach (var other in others) _settings.Sources()?.Tell(new CompanionsSeen(other, [seen.Source], Now));
        return others;
    }

    // The members of a distributed scan are answered one by one, for their network has honest neighbours. A /64 that holds a
    // friend (the own network, as a rule) is not blocked whole either: only the address that was seen.
    private (Prefix Target, (Refusal Refusal, string Detail)? Refusal) TargetOf(ScanSeen seen)
    {
        var host = Prefix.Host(seen.Fact.Source);
        var target = seen.Source is { IsHost: false, Network.IsV4: true } ? host : seen.Source;
        var refusal = _settings.Protection.Check(target);
        return refusal is null || target.IsHost ? (target, refusal) : (host, _settings.Protection.Check(host));
    }

    private void OnRefused(BlockRefused refused)
    {
        var isNew = refused.Refusal switch
        {
            Refusal.BudgetSpent => _breaker.Refuse(refused.At),
            Refusal.ClientsBlocked => _clientBreaker.Refuse(refused.At),
            _ => _refusals.IsNew(refused),
        };
        if (!isNew) return;
        Notify(NoticeText.Refused(refused));
        _book.Record(refused);
    }

    private void OnBeat()
    {
        var now = Now;
        if (_settings.Policy.Response.Enforce && !_responders.IsRunning) _responders.Start(_enforcement.Wanted(now));
        if (_breaker.TryClose(now) is { } refused) Notify(NoticeText.BudgetBack(now, refused));
        if (_clientBreaker.TryClose(now) is { } spared) Notify(NoticeText.ClientsBack(now, spared));
        _enforcement.Expire(now);
    }

    private void OnResponded(Responded responded)
    {
        var error = responded.Result.Ok ? null : responded.Result.Error ?? "failed";
        if (responded.Request is { } request)
        {
            if (error is null && _responders.Describe(responded.Responder, request) is { } description) Notify(NoticeText.Blocked(Now, request, description));
            _book.Record(error is null
                ? new BlockConfirmed(Now, responded.Target, responded.Responder)
                : new BlockFailed(Now, responded.Target, responded.Responder, error));
        }
        _undertakings.Note(responded.Work, responded.Responder, error);
    }

    private void OnReconciled(Reconciled done)
    {
        if (done.AtStart && _responders.HasStarted(done.Responder)) TellReady();
        _responders.Compared(done.Responder);
        foreach (var notice in NoticeText.Repairs(Now, done)) Notify(notice);
        var (back, gone) = (done.Restored.Count, done.Removed.Count);
        _undertakings.Note(
            done.Work, done.Responder, done.Result.Ok ? null : done.Result.Error ?? "failed",
            back + gone > 0 ? $"{done.Responder}: {back} put back, {gone} taken out" : done.Result.Ok ? $"{done.Responder}: as it should be" : null);
    }

    private void Compact(long sequenceNr)
    {
        DeleteSnapshots(new SnapshotSelectionCriteria(sequenceNr - 1));
        if (sequenceNr > _settings.EventsKept) DeleteMessages(sequenceNr - _settings.EventsKept);
    }

    private ResponseStatus Status()
    {
        var (now, policy) = (Now, _settings.Policy.Response);
        return new ResponseStatus(_book.State.Active.Count, [])
        {
            Budget = new(ResponseDecider.UnprovenInLastMinute(_book.State, now), policy.UnprovenBudgetPerMinute, _breaker.Since, _breaker.Refused),
            Clients = new(_clients.Hits(now), _clients.Limit(policy.ClientShare), _clientBreaker.Since, _clientBreaker.Refused),
        };
    }

    private void Notify(Notice notice) => _settings.Notices.Tell(notice);

    private sealed record Beat
    {
        public static readonly Beat Instance = new();
    }

    private sealed record CompareAll
    {
        public static readonly CompareAll Instance = new();
    }

    private sealed record StartIsLate
    {
        public static readonly StartIsLate Instance = new();
    }
}
