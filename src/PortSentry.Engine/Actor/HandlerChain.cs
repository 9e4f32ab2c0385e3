namespace PortSentry.Engine.Actor;

/// <summary>The handlers of one behaviour in the order they were declared; the first that fits takes the message.</summary>
internal sealed class HandlerChain
{
    private Handler? _first;
    private Handler? _last;
    private bool _closed;

    public bool TryHandle(object message)
    {
        for (var handler = _first; handler is not null; handler = handler.Next)
        {
            if (handler.TryHandle(message)) return true;
        }

        return false;
    }

    /// <param name="takesAll">Nothing declared after this handler could ever run.</param>
    public void Add(Handler handler, bool takesAll)
    {
        if (_closed)
        {
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after that.");
        }

        _closed = takesAll;
        if (_last is null) _first = handler;
        else _last.Next = handler;
        _last = handler;
    }
}

internal abstract class Handler
{
    public Handler? Next { get; set; }

    public abstract bool TryHandle(object message);
}

internal sealed class ActionHandler<T>(Action<T> action) : Handler
{
    public override bool TryHandle(object message)
    {
        if (message is not T fitting) return false;
        action(fitting);
        return true;
    }
}

internal sealed class PredicateHandler<T>(Action<T> action, Predicate<T> shouldHandle) : Handler
{
    public override bool TryHandle(object message)
    {
        if (message is not T fitting || !shouldHandle(fitting)) return false;
        action(fitting);
        return true;
    }
}

internal sealed class FuncHandler<T>(Func<T, bool> handler) : Handler
{
    public override bool TryHandle(object message) => message is T fitting && handler(fitting);
}

internal sealed class TaskHandler<T>(Func<T, Task> handler, Predicate<T>? shouldHandle) : Handler
{
    public override bool TryHandle(object message)
    {
        if (message is not T fitting || shouldHandle?.Invoke(fitting) == false) return false;
        ActorTaskScheduler.RunTask(() => handler(fitting));
        return true;
    }
}

internal sealed class TypedHandler(Type type, Func<object, bool> handler) : Handler
{
    public override bool TryHandle(object message) => type.IsInstanceOfType(message) && handler(message);
}
