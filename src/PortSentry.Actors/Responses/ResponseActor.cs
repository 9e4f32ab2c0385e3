using PortSentry.Actors.Notices;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <summary>
/// Decides answers. The blocks in force are its journalled state, so a start recovers this one actor and puts them back before
/// capture begins. What it decides takes effect in the same turn and goes to the journal's writer meanwhile: a slow disk delays no block.
/// </summary>
public sealed class ResponseActor : ReceivePersistentActor, IWithTimers
{
    public const string Id = "response";

    // A snapshot is as large as the state: written at each so many events, it costs about two entries of it an event.
    private const int LeastEventsPerSnapshot = 500;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly ResponseSettings _settings;
    private readonly ResponderGroup _responders;
    private readonly RefusalMemory _refusals;
    private readonly BudgetBreaker _breaker = new();
    private readonly Dictionary<long, Undertaking> _undertakings = [];
    private readonly List<IActorRef> _waiting = [];
    private ResponseState _state = ResponseState.Initial;
    private Instant _nextExpiry = new(long.MaxValue);
    private bool _ready;
    private int _restored;
    private int _unwritten;
    private int _eventsSinceSnapshot;
    private bool _isSnapshotDue;
    private long _lastWork;

    public ResponseActor(ResponseSettings settings)
    {
        _settings = settings;
        _refusals = new RefusalMemory(settings.RepeatRefusal);
        _responders = new ResponderGroup(settings);

        Recover<SnapshotOffer>(offer => _state = (ResponseState)offer.Snapshot);
        Recover<IResponseEvent>(happened => _state = ResponseDecider.Apply(_state, happened));
        Recover<RecoveryCompleted>(_ => Begin());

        Command<ScanSeen>(OnScan);
        Command<BlockByHand>(OnBlockByHand);
        Command<Unblock>(OnUnblock);
        Command<FlushAll>(OnFlush);
        Command<HoldSeen>(OnHold);
        Command<JudgeHold>(OnJudgeHold);
        Command<ReconcileNow>(_ => OnReconcile());
        Command<Responded>(OnResponded);
        Command<Reconciled>(OnReconciled);
        Command<HealthChanged>(changed => Notify(changed.Error is { } error
            ? NoticeText.ResponderFailed(Now, changed.Responder, error)
            : NoticeText.ResponderWorks(Now, changed.Responder)));
        Command<ResponderActor.Started>(started => _responders.Restore(started.Responder, Wanted()));
        Command<Beat>(_ => OnBeat());
        Command<CompareAll>(_ => _responders.Compare(Wanted()));
        Command<GiveUpWaiting>(OnGiveUp);
        Command<AwaitReady>(_ => OnAwaitReady());
        Command<GetActiveBlocks>(_ => Sender.Tell(new ActiveBlocks([.. Wanted().Concat(Held()).OrderBy(static block => block.Since)])));
        Command<GetResponseStatus>(_ => ResponseHealth.Ask(_responders.Running, _state.Active.Count, Budget(), Sender));
        Command<KeepState>(_ =>
        {
            _isSnapshotDue = true;
            Snapshot();
        });
        Command<SourceExplained>(_ => { });
        Command<SaveSnapshotSuccess>(saved => Compact(saved.Metadata.SequenceNr));
        Command<SaveSnapshotFailure>(failure => Context.GetLogger().Warning("No snapshot of the active blocks: {0}", failure.Cause.Message));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failure => Context.GetLogger().Warning("Old events of answers stay: {0}", failure.Cause.Message));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failure => Context.GetLogger().Warning("Old snapshots of answers stay: {0}", failure.Cause.Message));
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
        var wanted = Wanted();
        _responders.Create(Context);
        foreach (var block in wanted.Where(static block => IsWholeSource(block.Target))) _settings.Gates.Block(block.Target);
        _nextExpiry = _state.Active.Values.Select(static block => block.Until).Min() ?? _nextExpiry;
        Timers.StartPeriodicTimer("beat", Beat.Instance, Tick);
        Timers.StartPeriodicTimer("compare", CompareAll.Instance, _settings.ReconcileEvery);
        if (_settings.Policy.Response.Enforce)
        {
            _restored = wanted.Count;
            _responders.Start(wanted);
            Timers.StartSingleTimer("ready", new GiveUpWaiting(0), _settings.StartPatience);
        }
        TellReady();
    }

    private void OnAwaitReady()
    {
        _waiting.Add(Sender);
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
        var isTold = seen.IsNew && (seen.Proven || !_breaker.IsOpen);
        if (isTold) Notify(NoticeText.Scan(seen));
        // The members of a distributed scan are answered one by one, for their network has honest neighbours. A /64 that holds a
        // friend (the own network, as a rule) is not blocked whole either: only the address that was seen.
        var target = seen.Source is { IsHost: false, Network.IsV4: true } ? Prefix.Host(seen.Fact.Source) : seen.Source;
        var refusal = _settings.Protection.Check(target);
        if (refusal is not null && !target.IsHost)
        {
            target = Prefix.Host(seen.Fact.Source);
            refusal = _settings.Protection.Check(target);
        }
        var attack = new Attack(
            target, Now, NoticeText.Reason(seen.Verdict), seen.Proven && !_settings.Protection.IsDelicate(target), seen.Fact.Protocol, seen.Fact.Port, _settings.Policy.Response.ModeOf(seen.Fact.Protocol));
        foreach (var happened in ResponseDecider.Decide(_state, attack, refusal, _settings.Policy.Response))
        {
            if (happened is BlockDecided decided) Enforce(decided.Block, null);
            else if (happened is BlockRefused refused) OnRefused(refused);
        }
    }

    private void OnRefused(BlockRefused refused)
    {
        if (refused.Refusal == Refusal.BudgetSpent ? !_breaker.Refuse(refused.At) : !_refusals.IsNew(refused)) return;
        Notify(NoticeText.Refused(refused));
        Record(refused, null);
    }

    private void Enforce(Block block, Undertaking? work)
    {
        _responders.Apply(block, work);
        if (IsWholeSource(block.Target)) _settings.Gates.Block(block.Target);
        if (block.Until is { } until && until < _nextExpiry) _nextExpiry = until;
        Record(new BlockDecided(block), work);
    }

    private void OnBlockByHand(BlockByHand command)
    {
        var refusal = _settings.Protection.Check(command.Target)?.Detail;
        if (!_responders.IsRunning) refusal ??= "enforcement is off: start with --enforce, or set enforce = on";
        if (refusal is not null)
        {
            Sender.Tell(new Answer(false, $"{command.Target} is not blocked: {refusal}"));
            return;
        }
        var block = ResponseDecider.ByOperator(_state, command.Target, Now, command.Lasts, command.Reason).Block;
        var work = Undertake($"{command.Target} is blocked{(block.Until is { } until ? $" until {until}" : " for good")}");
        Enforce(block, work);
        Notify(NoticeText.Decided(block));
        Conclude(work);
    }

    private void OnUnblock(Unblock command)
    {
        var lifted = _state.Within(command.Target);
        var text = lifted switch
        {
            [var only] when only.Target == command.Target => $"{command.Target} is no longer blocked",
            [_, ..] => $"no longer blocked: {lifted.Count} within {command.Target}",
            _ => null,
        };
        if (text is null && _state.Covering(command.Target, Now) is { } wider)
        {
            lifted = [wider];
            text = $"{command.Target} was blocked as part of {wider.Target}: {wider.Target} is no longer blocked";
        }
        if (text is null)
        {
            Sender.Tell(new Answer(false, $"{command.Target} is not blocked"));
            return;
        }
        var work = Undertake(text);
        foreach (var block in lifted) Lift(new BlockLifted(Now, block.Target, command.By), work);
        Conclude(work);
    }

    private void OnFlush(FlushAll command)
    {
        var lifted = _state.Active.Keys.ToList();
        var work = Undertake($"{lifted.Count} blocks lifted; nothing of ours stays in {_responders.Names}");
        foreach (var target in lifted) Lift(new BlockLifted(Now, target, command.By), work);
        _responders.Flush(work);
        Conclude(work);
    }

    // The kernel holds it already; the verdict, which is asked at the same time, answers it.
    private void OnHold(HoldSeen seen)
    {
        var hold = seen.Hold;
        if (InForce(hold.Target) is not null) return;
        Notify(NoticeText.Held(hold));
        Record(new BlockDecided(hold), null);
    }

    private void OnJudgeHold(JudgeHold judge)
    {
        var block = InForce(judge.Target);
        if (block is null && _state.Held.ContainsKey(judge.Target))
        {
            Notify(NoticeText.HoldReleased(judge.Target, Now));
            Record(new BlockExpired(Now, judge.Target), null);
        }
        Sender.Tell(new HoldJudged(judge.Target, block));
    }

    private Block? InForce(Prefix target) => _state.InForce(target, Now) ?? _state.Covering(target, Now);

    private void OnReconcile()
    {
        if (!_responders.IsRunning)
        {
            Sender.Tell(new Answer(false, "nothing to compare: enforcement is off"));
            return;
        }
        var work = Undertake($"{_state.Active.Count} blocks should be in force");
        _responders.Compare(Wanted(), work);
        Conclude(work);
    }

    private void OnBeat()
    {
        var now = Now;
        if (_settings.Policy.Response.Enforce && !_responders.IsRunning) _responders.Start(Wanted());
        if (_breaker.TryClose(now) is { } refused) Notify(NoticeText.BudgetBack(now, refused));
        if (now < _nextExpiry) return;
        foreach (var happened in ResponseDecider.Expire(_state, now))
        {
            Release(happened.Target, null);
            Notify(NoticeText.Expired(happened.Target, now));
            Record(happened, null);
        }
        _nextExpiry = _state.Active.Values.Select(static block => block.Until).Min() ?? new(long.MaxValue);
    }

    private void Lift(BlockLifted lifted, Undertaking work)
    {
        Context.System.EventStream.Publish(new TargetFreed(lifted.Target));
        Release(lifted.Target, work);
        if (SourceKey.Of(lifted.Target.Network) is var source && (lifted.Target.IsHost || lifted.Target == source))
            _settings.Sources()?.Tell(new ForgiveSource(source, lifted.At, lifted.By));
        Notify(NoticeText.Lifted(lifted));
        Record(lifted, work);
    }

    private void Release(Prefix target, Undertaking? work)
    {
        _responders.Lift(target, work);
        if (IsWholeSource(target)) _settings.Gates.Forget(target);
    }

    private void OnResponded(Responded responded)
    {
        _undertakings.GetValueOrDefault(responded.Work)?.Note(responded.Responder, responded.Result.Ok ? null : responded.Result.Error ?? "failed");
        if (responded.Request is { } request) OnBlockResponded(responded, request);
        Conclude(_undertakings.GetValueOrDefault(responded.Work));
    }

    private void OnBlockResponded(Responded responded, BlockRequest request)
    {
        if (!responded.Result.Ok)
        {
            Record(new BlockFailed(Now, responded.Target, responded.Responder, responded.Result.Error ?? "failed"), null);
            return;
        }
        Notify(NoticeText.Blocked(Now, request, _responders.Describe(responded.Responder, request)));
        Record(new BlockConfirmed(Now, responded.Target, responded.Responder), null);
    }

    private void OnReconciled(Reconciled done)
    {
        if (done.AtStart && _responders.HasStarted(done.Responder)) TellReady();
        _responders.Compared(done.Responder);
        foreach (var notice in NoticeText.Repairs(Now, done)) Notify(notice);
        var (back, gone) = (done.Restored.Count, done.Removed.Count);
        _undertakings.GetValueOrDefault(done.Work)?.Note(
            done.Responder, done.Result.Ok ? null : done.Result.Error ?? "failed",
            back + gone > 0 ? $"{done.Responder}: {back} put back, {gone} taken out" : done.Result.Ok ? $"{done.Responder}: as it should be" : null);
        Conclude(_undertakings.GetValueOrDefault(done.Work));
    }

    private Undertaking Undertake(string text)
    {
        var work = new Undertaking(++_lastWork, Sender, text);
        _undertakings.Add(work.Id, work);
        Timers.StartSingleTimer(work.Id, new GiveUpWaiting(work.Id), _settings.AnswerPatience);
        return work;
    }

    private void OnGiveUp(GiveUpWaiting late)
    {
        if (late.Work == 0)
        {
            _ready = true;
            TellReady();
        }
        else if (_undertakings.Remove(late.Work, out var work)) work.Answer();
    }

    private void Conclude(Undertaking? work)
    {
        if (work is not { IsDone: true } || !_undertakings.Remove(work.Id)) return;
        Timers.Cancel(work.Id);
        work.Answer();
    }

    // The state is ahead of the journal by what is being written; a snapshot waits until it is not.
    private void Record(IResponseEvent happened, Undertaking? work)
    {
        _state = ResponseDecider.Apply(_state, happened);
        _unwritten++;
        work?.ExpectWrite();
        PersistAsync(happened, _ =>
        {
            _unwritten--;
            work?.Written();
            Conclude(work);
            _isSnapshotDue |= ++_eventsSinceSnapshot >= Math.Max(LeastEventsPerSnapshot, (_state.Active.Count + _state.Offenders.Count) / 2);
            Snapshot();
        });
    }

    private void Snapshot()
    {
        if (!_isSnapshotDue || _unwritten > 0) return;
        _isSnapshotDue = false;
        _eventsSinceSnapshot = 0;
        SaveSnapshot(_state);
    }

    private void Compact(long sequenceNr)
    {
        DeleteSnapshots(new SnapshotSelectionCriteria(sequenceNr - 1));
        if (sequenceNr > _settings.EventsKept) DeleteMessages(sequenceNr - _settings.EventsKept);
    }

    private List<Block> Wanted()
    {
        var now = Now;
        return [.. _state.Active.Values.Where(block => !block.IsOver(now))];
    }

    private IEnumerable<Block> Held()
    {
        var now = Now;
        return _state.Held.Values.Where(hold => !hold.IsOver(now));
    }

    private BudgetStatus Budget() => new(
        ResponseDecider.UnprovenInLastMinute(_state, Now), _settings.Policy.Response.UnprovenBudgetPerMinute, _breaker.Since, _breaker.Refused);

    // The gate knows sources only: a part of a /64, or more than one source, is no name there.
    private static bool IsWholeSource(Prefix target) => SourceKey.Of(target.Network) == target;

    private void Notify(Notice notice) => _settings.Notices.Tell(notice);

    private sealed record Beat
    {
        public static readonly Beat Instance = new();
    }

    private sealed record CompareAll
    {
        public static readonly CompareAll Instance = new();
    }

    /// <param name="Work">0: the start.</param>
    private sealed record GiveUpWaiting(long Work);
}
