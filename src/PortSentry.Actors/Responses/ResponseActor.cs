using PortSentry.Actors.Notices;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <summary>
/// Decides and drives answers. The blocks in force are its journalled state, so a start recovers this one actor and puts them back
/// before capture begins. Each responder is a child of its own.
/// </summary>
public sealed class ResponseActor : ReceivePersistentActor, IWithTimers
{
    public const string Id = "response";

    private const int EventsPerSnapshot = 500;
    private static readonly TimeSpan ExpiryTick = TimeSpan.FromSeconds(1);

    private readonly ResponseSettings _settings;
    private readonly RefusalMemory _refusals;
    private readonly List<IActorRef> _responders = [];
    private readonly List<IActorRef> _waiting = [];
    private ResponseState _state = ResponseState.Initial;
    private int _starting;
    private int _restored;
    private int _eventsSinceSnapshot;

    public ResponseActor(ResponseSettings settings)
    {
        _settings = settings;
        _refusals = new RefusalMemory(settings.RepeatRefusal);

        Recover<SnapshotOffer>(offer => _state = (ResponseState)offer.Snapshot);
        Recover<IResponseEvent>(happened => _state = ResponseDecider.Apply(_state, happened));
        Recover<RecoveryCompleted>(_ => Begin());

        Command<ScanSeen>(OnScan);
        Command<BlockByHand>(OnBlockByHand);
        Command<Unblock>(OnUnblock);
        Command<FlushAll>(OnFlush);
        Command<Responded>(OnResponded);
        Command<ResponderActor.Started>(OnStarted);
        Command<Expire>(_ => OnExpire());
        Command<AwaitReady>(_ => OnAwaitReady());
        Command<GetActiveBlocks>(_ => Sender.Tell(new ActiveBlocks([.. _state.Active.Values.Where(block => !block.IsOver(Now)).OrderBy(static block => block.Since)])));
        Command<GetResponseStatus>(_ => ResponseHealth.Ask(_responders, _state.Active.Count, Sender));
        Command<SourceExplained>(_ => { });
        Command<SaveSnapshotSuccess>(_ => { });
        Command<SaveSnapshotFailure>(failure => Context.GetLogger().Warning("No snapshot of the active blocks: {0}", failure.Cause.Message));
    }

    public override string PersistenceId => Id;

    public ITimerScheduler Timers { get; set; } = null!;

    private Instant Now => Instant.From(_settings.Time.GetUtcNow());

    public static Props PropsFor(ResponseSettings settings) => Props.Create(() => new ResponseActor(settings));

    private void Begin()
    {
        var now = Now;
        var restore = _state.Active.Values.Where(block => !block.IsOver(now)).ToList();
        _restored = restore.Count;
        foreach (var block in restore) _settings.Gates.Block(block.Target);
        var requests = restore.ConvertAll(block => RequestOf(block, now));
        foreach (var responder in _settings.Responders)
        {
            var child = Context.ActorOf(ResponderActor.PropsFor(responder), responder.Name);
            _responders.Add(child);
            child.Tell(new ResponderActor.Start(requests));
        }
        _starting = _responders.Count;
        Timers.StartPeriodicTimer("expiry", Expire.Instance, ExpiryTick);
        TellReady();
    }

    private void OnStarted(ResponderActor.Started started)
    {
        if (!started.Result.Ok) Notify(NoticeText.ResponderFailed(Now, started.Responder, started.Result.Error));
        if (_starting == 0 || --_starting > 0) return;
        TellReady();
    }

    private void OnAwaitReady()
    {
        _waiting.Add(Sender);
        TellReady();
    }

    private void TellReady()
    {
        if (_starting > 0) return;
        foreach (var waiting in _waiting) waiting.Tell(new ResponseReady(_restored));
        _waiting.Clear();
    }

    private void OnScan(ScanSeen seen)
    {
        if (seen.IsNew) Notify(NoticeText.Scan(seen));
        var target = TargetOf(seen);
        var attack = new Attack(
            target, Now, NoticeText.Reason(seen.Verdict), seen.Proven, seen.Fact.Protocol, seen.Fact.Port, NoticeText.Mode(seen.Fact.Protocol));
        foreach (var happened in ResponseDecider.Decide(_state, attack, _settings.Protection.Check(target), _settings.Policy.Response))
        {
            switch (happened)
            {
                case BlockDecided decided:
                    Enforce(decided);
                    break;
                case BlockRefused refused when _refusals.IsNew(refused):
                    Notify(NoticeText.Refused(refused));
                    Persist(refused, Apply);
                    break;
            }
        }
    }

    // A /64 that holds a friend (the own network, as a rule) is not blocked whole: only the address that was seen.
    private Prefix TargetOf(ScanSeen seen) =>
        !seen.Source.IsHost && _settings.Protection.Check(seen.Source) is not null ? Prefix.Host(seen.Fact.Source) : seen.Source;

    private void Enforce(BlockDecided decided)
    {
        var request = RequestOf(decided.Block, Now);
        foreach (var responder in _responders) responder.Tell(new ResponderActor.Apply(request));
        _settings.Gates.Block(decided.Target);
        Persist(decided, Apply);
    }

    private void OnBlockByHand(BlockByHand command)
    {
        if (_settings.Protection.Check(command.Target) is { } refusal)
        {
            Sender.Tell(new Answer(false, $"{command.Target} is not blocked: {refusal.Detail}"));
            return;
        }
        var decided = ResponseDecider.ByOperator(_state, command.Target, Now, command.Lasts, command.Reason);
        Enforce(decided);
        Notify(NoticeText.Decided(decided.Block));
        Reply($"{command.Target} is blocked{(decided.Block.Until is { } until ? $" until {until}" : " for good")}");
    }

    private void OnUnblock(Unblock command)
    {
        if (!_state.Active.ContainsKey(command.Target))
        {
            Sender.Tell(new Answer(false, $"{command.Target} is not blocked"));
            return;
        }
        Lift(new BlockLifted(Now, command.Target, command.By));
        Reply($"{command.Target} is no longer blocked");
    }

    private void OnFlush(FlushAll command)
    {
        var now = Now;
        foreach (var target in _state.Active.Keys) Lift(new BlockLifted(now, target, command.By));
        foreach (var responder in _responders) responder.Tell(ResponderActor.Flush.Instance, ActorRefs.NoSender);
        Reply($"{_state.Active.Count} blocks lifted; nothing of ours stays in {string.Join(", ", _settings.Responders.Select(static responder => responder.Name))}");
    }

    private void OnExpire()
    {
        foreach (var happened in ResponseDecider.Expire(_state, Now))
        {
            Release(happened.Target);
            Notify(NoticeText.Expired(happened.Target, Now));
            Persist(happened, Apply);
        }
    }

    private void Lift(BlockLifted lifted)
    {
        Release(lifted.Target);
        _settings.Sources()?.Tell(new ForgiveSource(SourceKey.Of(lifted.Target.Network), lifted.At, lifted.By));
        Notify(NoticeText.Lifted(lifted));
        Persist(lifted, Apply);
    }

    private void Release(Prefix target)
    {
        foreach (var responder in _responders) responder.Tell(new ResponderActor.Lift(target));
        _settings.Gates.Forget(target);
    }

    private void OnResponded(Responded responded)
    {
        if (responded.Request is not { } request) return;
        if (!responded.Result.Ok)
        {
            Notify(NoticeText.ResponderFailed(Now, responded.Responder, responded.Result.Error));
            Persist(new BlockFailed(Now, responded.Target, responded.Responder, responded.Result.Error ?? "failed"), Apply);
            return;
        }
        Notify(NoticeText.Blocked(Now, request, _settings.Responders.First(responder => responder.Name == responded.Responder).Describe(request)));
        Persist(new BlockConfirmed(Now, responded.Target, responded.Responder), Apply);
    }

    // An answer to a command is given when its event is on disk, not before.
    private void Reply(string text)
    {
        var sender = Sender;
        DeferAsync(text, done => sender.Tell(new Answer(true, done)));
    }

    private void Apply(IResponseEvent happened)
    {
        _state = ResponseDecider.Apply(_state, happened);
        if (++_eventsSinceSnapshot < EventsPerSnapshot) return;
        _eventsSinceSnapshot = 0;
        SaveSnapshot(_state);
    }

    private void Notify(Notice notice) => _settings.Notices.Tell(notice);

    private static BlockRequest RequestOf(Block block, Instant now) =>
        new(block.Target, block.Until is { } until ? until - now : null, block.Protocol, block.Port, block.Mode, block.Reason, null);

    private sealed record Expire
    {
        public static readonly Expire Instance = new();
    }
}
