namespace PortSentry.Engine.Persistence;

public abstract class UntypedPersistentActor : Eventsourced
{
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected sealed override bool ReceiveCommand(object message)
    {
        OnCommand(message);
        return true;
    }

    protected sealed override bool ReceiveRecover(object message)
    {
        OnRecover(message);
        return true;
    }

    protected abstract void OnCommand(object message);

    protected abstract void OnRecover(object message);

    protected void Become(UntypedReceive receive) => Become(Wrap(receive));

    protected void BecomeStacked(UntypedReceive receive) => BecomeStacked(Wrap(receive));
}

/// <summary>A persistent actor that declares its handlers: Command for what is asked of it, Recover for what it remembers.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor
{
    private readonly HandlerChain _commands = new();
    private readonly HandlerChain _recoveries = new();
    private HandlerChain? _building;

    protected ReceivePersistentActor() => _building = _commands;

    private HandlerChain Building => _building ?? throw new InvalidOperationException(
        "You may only call Command-methods when constructing the actor and inside Become().");

    protected sealed override void OnCommand(object message)
    {
        if (!_commands.TryHandle(message)) Unhandled(message);
    }

    protected sealed override void OnRecover(object message)
    {
        if (!_recoveries.TryHandle(message)) Unhandled(message);
    }

    protected void Become(Action configure) => base.Become(Build(configure));

    protected void BecomeStacked(Action configure) => base.BecomeStacked(Build(configure));

    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Add(_recoveries, handler, shouldHandle);

    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Add(_recoveries, handler, shouldHandle);

    protected void Recover<T>(Func<T, bool> handler) => _recoveries.Add(new FuncHandler<T>(handler), false);

    protected void RecoverAny(Action<object> handler) => Add(_recoveries, handler, null);

    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Add(Building, handler, shouldHandle);

    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Add(Building, handler, shouldHandle);

    /// <param name="handler">Answers whether it has handled the command; if not, the next handler is asked.</param>
    protected void Command<T>(Func<T, bool> handler) => Building.Add(new FuncHandler<T>(handler), false);

    protected void CommandAny(Action<object> handler) => Add(Building, handler, null);

    /// <summary>The mailbox waits until the task has ended; what it persisted is then written.</summary>
    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Building.Add(new TaskHandler<T>(handler, shouldHandle), shouldHandle is null && typeof(T) == typeof(object));

    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => CommandAsync(handler, shouldHandle);

    protected void CommandAnyAsync(Func<object, Task> handler) => CommandAsync<object>(handler);

    private static void Add<T>(HandlerChain chain, Action<T> handler, Predicate<T>? shouldHandle) =>
        chain.Add(shouldHandle is null ? new ActionHandler<T>(handler) : new PredicateHandler<T>(handler, shouldHandle),
            shouldHandle is null && typeof(T) == typeof(object));

    private Receive Build(Action configure)
    {
        var outer = _building;
        var chain = _building = new HandlerChain();
        try
        {
            configure();
        }
        finally
        {
            _building = ReferenceEquals(outer, _commands) ? outer : null;
        }

        return chain.TryHandle;
    }
}
