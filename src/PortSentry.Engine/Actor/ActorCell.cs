using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

/// <summary>
/// One actor: its reference, mailbox, place in the tree and context in a single object, so that an idle actor is
/// small. Everything an actor may not need lies behind a reference that is null until it is used.
/// </summary>
/// <remarks>
/// Ownership: _queue, _systemTop and _status are touched by senders; all else
/// only by the thread that holds the turn (_status is Scheduled), handed over by interlocked writes.
/// </remarks>
internal sealed class ActorCell : ActorRefBase, IUntypedActorContext, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int IdleHeld = 2;

    // _holds: any bit set keeps user messages back. The count of suspensions stands in the upper bits.
    internal const int HeldByTask = 1;
    internal const int HeldByPersist = 2;
    internal const int HeldByLifecycle = 4;
    internal const int HeldByJournal = 8;
    internal const int OneSuspension = 256;

    [ThreadStatic]
    private static ActorCell? _current;

    // First, so that they lie as far as can be from _status and _queue: these two are written with each message, and
    // senders on other cores read those.
    private object? _message;
    private IActorRef? _sender;
    private readonly ActorCell? _parent;
    private MessageQueue _queue;
    private SystemMessage? _systemTop;
    private BehaviorStack? _behavior;
    private Children? _children;
    private DeathWatch? _deaths;
    private CellExtras? _extras;
    private int _status = Scheduled;
    private int _holds;
    private readonly int _uid;

    internal ActorCell(ActorSystem system, Props props, ActorCell? parent, string name)
    {
        System = system;
        Props = props;
        _parent = parent;
        Name = name;
        _uid = system.NextUid();
    }

    /// <summary>The actor at work on this thread, or null.</summary>
    internal static ActorCell? Current { get => _current; set => _current = value; }

    internal override ActorSystem System { get; }

    internal string Name { get; }

    internal ActorBase? Actor { get; set; }

    internal Life Life { get; set; }

    /// <summary>The parent's note that it has told this child to die. Written under the parent's lock.</summary>
    internal bool IsMarkedDying { get; set; }

    internal bool IsTerminating => Life >= Life.Terminating;

    internal DeathWatch Deaths => _deaths ??= new DeathWatch();

    internal DeathWatch? DeathsOrNull => _deaths;

    internal Children? ChildrenOrNull => Volatile.Read(ref _children);

    internal CellExtras Extras => _extras ??= new CellExtras();

    internal CellExtras? ExtrasOrNull => _extras;

    internal object? CurrentMessage { get => _message; set => _message = value; }

    internal IActorRef? CurrentSender { get => _sender; set => _sender = value; }

    public Props Props { get; }

    public IActorRef Self => this;

    public IActorRef Sender => _sender ?? System.DeadLetters;

    public IActorRef Parent => _parent is null ? ActorRefs.Nobody : _parent;

    internal ActorCell? ParentCell => _parent;

    public override ActorPath Path => _parent is null ? new ActorPath(System.Name) : new ActorPath(_parent.Path, Name, _uid);

    ActorSystem IActorContext.System => System;

    // ---- senders' side ----

    public override void Tell(object message, IActorRef? sender)
    {
        if (message is null)
        {
            // As in Akka.NET: logged, so that the sender does not fail.
            System.LogError(new InvalidMessageException("Message is null"), this, "Swallowing exception during message send");
            return;
        }

        _queue.Enqueue(message, sender);
        // The claim inside Enqueue is a full fence: either this read sees the idle actor, or the actor's look after
        // going idle sees the claim.
        if (_status != Idle || Interlocked.CompareExchange(ref _status, Scheduled, Idle) != Idle) return;
        // Who asks may block on the answer.
        if (sender is PromiseRef) Queue();
        else Schedule();
    }

    internal override void SendSystem(SystemMessage message)
    {
        var top = Volatile.Read(ref _systemTop);
        while (true)
        {
            message.Next = top;
            var seen = Interlocked.CompareExchange(ref _systemTop, message, top);
            if (ReferenceEquals(seen, top)) break;
            top = seen;
        }

        Wake();
    }

    internal void Start() => Schedule();

    private void Wake()
    {
        if (TryClaim()) Schedule();
    }

    private bool TryClaim()
    {
        var status = Volatile.Read(ref _status);
        while (status != Scheduled)
        {
            var seen = Interlocked.CompareExchange(ref _status, Scheduled, status);
            if (seen == status) return true;
            status = seen;
        }

        return false;
    }

    private void Schedule()
    {
        if (!Relay.TryTake(this)) Queue();
    }

    internal void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    // ---- the turn ----

    void IThreadPoolWorkItem.Execute() => Relay.Run(this);

    internal void TakeTurn(Relay relay)
    {
        var before = _current;
        _current = this;
        try
        {
            Turn(relay);
        }
        finally
        {
            _current = before;
        }

        EndTurn();
    }

    private void Turn(Relay relay)
    {
        if (Life == Life.New) Faults.Create(this);
        HandleSystem();
        var reader = _queue.Open();
        for (var left = System.Throughput; left > 0 && _holds == 0; left--)
        {
            object? message;
            IActorRef? sender;
            if (_extras?.Front is { Count: > 0 } front) TakeUnstashed(front, out message, out sender);
            else if (!reader.TryDequeue(out message, out sender)) break;
            relay.Pass();
            Invoke(message, sender);
            if (_systemTop is not null) HandleSystem();
        }

        _queue.Close(reader);
    }

    private void EndTurn()
    {
        var held = _holds != 0;
        if (!held)
        {
            _message = null;
            _sender = null;
            if (_queue.IsEmpty) _queue.Trim();
        }

        Interlocked.Exchange(ref _status, held ? IdleHeld : Idle);
        // Behind whoever waits for a thread, this one included: a full mailbox must not keep it.
        if ((Volatile.Read(ref _systemTop) is not null || (!held && HasNext())) && TryClaim()) Queue();
    }

    private bool HasNext() => !_queue.IsEmpty || _extras?.Front is { Count: > 0 };

    private static void TakeUnstashed(LinkedList<Envelope> front, out object message, out IActorRef? sender)
    {
        message = front.First!.Value.Message;
        sender = front.First.Value.Sender;
        front.RemoveFirst();
    }

    private void HandleSystem()
    {
        while (Interlocked.Exchange(ref _systemTop, null) is { } newest)
        {
            SystemMessage? oldest = null;
            for (var next = newest; next is not null;)
            {
                var following = next.Next;
                next.Next = oldest;
                oldest = next;
                next = following;
            }

            for (var next = oldest; next is not null;)
            {
                var following = next.Next;
                next.Next = null;
                try
                {
                    if (Life == Life.Dead) next.ApplyDead(this);
                    else next.Apply(this);
                }
                catch (Exception e)
                {
                    Faults.Fail(this, e);
                }

                next = following;
            }
        }
    }

    private void Invoke(object message, IActorRef? sender)
    {
        if (Life == Life.Dead)
        {
            System.DeadLetter(message, sender, this);
            return;
        }

        _message = message;
        _sender = sender;
        try
        {
            if (message is AutoReceivedMessage auto) auto.Receive(this);
            else ReceiveMessage(message);
        }
        catch (Exception e)
        {
            Faults.Fail(this, e);
        }

        if (_extras?.Idle is { } idle && message is not INotInfluenceReceiveTimeout) idle.Touch();
    }

    /// <summary>Hands a message to the behaviour; also for messages that came in a wrapping of the engine's.</summary>
    internal void ReceiveMessage(object message)
    {
        var actor = Actor!;
        if (!actor.Handle(_behavior?.Top, message)) actor.Unhandle(message);
    }

    // ---- holds ----

    internal bool IsHeldBy(int bits) => (_holds & bits) != 0;

    internal bool IsSuspended => _holds >= OneSuspension;

    internal void Hold(int bits) => _holds |= bits;

    internal void Release(int bits) => _holds &= ~bits;

    internal void Suspend() => _holds += OneSuspension;

    internal void Unsuspend()
    {
        if (IsSuspended) _holds -= OneSuspension;
    }

    internal void ReleaseAll() => _holds = 0;

    // ---- context ----

    public TimeSpan? ReceiveTimeout => _extras?.Idle?.Timeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        if (timeout is null && _extras?.Idle is null) return;
        Extras.Idle?.Stop();
        Extras.Idle = timeout is { } time ? new IdleClock(this, time) : null;
    }

    public void Become(Receive receive) => _behavior = new BehaviorStack(receive, _behavior?.Below);

    public void BecomeStacked(Receive receive) => _behavior = new BehaviorStack(receive, _behavior);

    public void UnbecomeStacked() => _behavior = _behavior?.Below;

    public void Become(UntypedReceive receive) => Become(ActorBase.Wrap(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(ActorBase.Wrap(receive));

    internal void ForgetBehavior() => _behavior = null;

    public IActorRef Child(string name) => ChildrenOrNull?.Find(name) is { } child ? child : ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => ChildrenOrNull?.All() ?? [];

    internal override ActorRefBase? Find(string childName) => ChildrenOrNull?.Find(childName);

    internal bool ForgetChild(ActorCell child) => ReferenceEquals(child.ParentCell, this) && ChildrenOrNull?.Remove(child) == true;

    public IActorRef ActorOf(Props props, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (IsTerminating) throw new InvalidOperationException("Cannot create child while terminating or terminated");
        var children = Volatile.Read(ref _children);
        if (children is null)
        {
            var fresh = new Children();
            children = Interlocked.CompareExchange(ref _children, fresh, null) ?? fresh;
        }

        var child = children.Add(this, props, name);
        child.Start();
        return child;
    }

    public ActorSelection ActorSelection(ActorPath actorPath) => System.ActorSelection(actorPath);

    public ActorSelection ActorSelection(string actorPath) => PortSentry.Engine.Actor.ActorSelection.From(this, actorPath);

    public IActorRef Watch(IActorRef subject)
    {
        Deaths.Watch(this, Of(subject), null);
        return subject;
    }

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Deaths.Watch(this, Of(subject), message);
        return subject;
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        _deaths?.Unwatch(this, Of(subject));
        return subject;
    }

    public void Stop(IActorRef child)
    {
        var target = Of(child);
        if (target is ActorCell cell && ReferenceEquals(cell.ParentCell, this)) ChildrenOrNull?.MarkDying(cell);
        target.SendSystem(new Terminate());
    }

    internal void StopSelf() => SendSystem(new Terminate());
}
