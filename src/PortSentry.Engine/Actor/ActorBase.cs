using PortSentry.Engine.Event;

namespace PortSentry.Engine.Actor;

public abstract class ActorBase
{
    [ThreadStatic]
    private static ActorCell? _creating;

    private readonly ActorCell _cell;

    protected ActorBase()
    {
        _cell = _creating ?? throw new ActorInitializationException(
            $"You cannot create an instance of {GetType()} explicitly using the constructor (new). "
            + "You have to use one of the factory methods to create an actor: ActorOf with Props.");
        _creating = null;
    }

    /// <summary>The cell whose actor is being made on this thread.</summary>
    internal static ActorCell? Creating { get => _creating; set => _creating = value; }

    internal ActorCell Cell => _cell;

    protected IActorRef Self => _cell;

    protected IActorRef Sender => Context.Sender;

    /// <exception cref="NotSupportedException">No actor is at work on this thread (a task that left it, for one).</exception>
    protected static IActorContext Context => ActorCell.Current
        ?? throw new NotSupportedException("There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    protected static Receive EmptyReceive { get; } = static _ => false;

    protected abstract bool Receive(object message);

    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated) throw new DeathPactException(terminated.ActorRef);
        _cell.System.EventStream.Publish(new UnhandledMessage(message, _cell.Sender, _cell));
    }

    protected void Become(Receive receive) => _cell.Become(receive);

    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);

    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    protected virtual void PreStart() { }

    protected virtual void PostStop() { }

    /// <summary>Before this failed instance is dropped. By default stops all children and calls PostStop.</summary>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in _cell.GetChildren())
        {
            _cell.Unwatch(child);
            _cell.Stop(child);
        }

        PostStop();
    }

    /// <summary>On the fresh instance. By default calls PreStart.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPostStop() => PostStop();

    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    internal virtual bool Handle(Receive? behavior, object message) => behavior is null ? Receive(message) : behavior(message);

    internal void Unhandle(object message) => Unhandled(message);

    internal SupervisorStrategy Supervision() => SupervisorStrategy();

    internal static Receive Wrap(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    /// <summary>An asynchronous handler of this actor has ended well.</summary>
    internal virtual void TaskEnded() { }

    /// <summary>The supervisor lets this instance go on.</summary>
    internal virtual void Resumed() { }

    /// <summary>The instance is about to be dropped.</summary>
    internal virtual void Discard() { }
}

public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    protected void Become(UntypedReceive receive) => Become(Wrap(receive));

    protected void BecomeStacked(UntypedReceive receive) => BecomeStacked(Wrap(receive));

    /// <summary>Runs asynchronous code as part of the current message: the mailbox waits for its end.</summary>
    protected static void RunTask(Func<Task> action) => ActorTaskScheduler.RunTask(action);

    protected static void RunTask(Action action) => ActorTaskScheduler.RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });
}
