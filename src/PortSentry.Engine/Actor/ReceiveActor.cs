namespace PortSentry.Engine.Actor;

/// <summary>An actor that declares its handlers in the constructor or in the method given to Become.</summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly HandlerChain _own = new();
    private HandlerChain? _building;

    protected ReceiveActor() => _building = _own;

    private HandlerChain Building => _building ?? throw new InvalidOperationException(
        "You may only call Receive-methods when constructing the actor and inside Become().");

    internal override bool Handle(Receive? behavior, object message)
    {
        if (behavior is not null) return behavior(message);
        _building = null;
        return _own.TryHandle(message);
    }

    protected sealed override void OnReceive(object message)
    {
        if (!_own.TryHandle(message)) Unhandled(message);
    }

    protected void Become(Action configure) => base.Become(Build(configure));

    protected void BecomeStacked(Action configure) => base.BecomeStacked(Build(configure));

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Building.Add(shouldHandle is null ? new ActionHandler<T>(handler) : new PredicateHandler<T>(handler, shouldHandle),
            shouldHandle is null && typeof(T) == typeof(object));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <param name="handler">Answers whether it has handled the message; if not, the next handler is asked.</param>
    protected void Receive<T>(Func<T, bool> handler) => Building.Add(new FuncHandler<T>(handler), false);

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, message =>
        {
            if (shouldHandle?.Invoke(message) == false) return false;
            handler(message);
            return true;
        });

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) => Building.Add(new TypedHandler(messageType, handler), false);

    protected void ReceiveAny(Action<object> handler) => Building.Add(new ActionHandler<object>(handler), true);

    /// <summary>The mailbox waits until the task has ended; Sender, Self and Context stay valid after each await.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Building.Add(new TaskHandler<T>(handler, shouldHandle), shouldHandle is null && typeof(T) == typeof(object));

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => Building.Add(new TaskHandler<object>(handler, null), true);

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
            _building = ReferenceEquals(outer, _own) ? outer : null;
        }

        return chain.TryHandle;
    }
}
