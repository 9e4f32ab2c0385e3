using System.Collections.Concurrent;

namespace PortSentry.Engine.Event;

/// <summary>Sends what is published to everyone who has subscribed to its type or to a base of it.</summary>
public sealed class EventStream
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Type, IActorRef[]> _routes = new();
    private readonly HashSet<(Type Channel, IActorRef Subscriber)> _subscriptions = [];
    private Func<object, bool>[] _interceptors = [];
    private Action<LogEvent>[] _sinks = [];

    /// <returns>False when it was subscribed already.</returns>
    public bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_lock)
        {
            var added = _subscriptions.Add((channel, subscriber));
            _routes.Clear();
            return added;
        }
    }

    public bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        lock (_lock)
        {
            var removed = _subscriptions.Remove((channel, subscriber));
            _routes.Clear();
            return removed;
        }
    }

    public bool Unsubscribe(IActorRef subscriber)
    {
        lock (_lock)
        {
            var removed = _subscriptions.RemoveWhere(s => s.Subscriber.Equals(subscriber)) > 0;
            _routes.Clear();
            return removed;
        }
    }

    public void Publish(object @event)
    {
        var isMuted = false;
        foreach (var interceptor in Volatile.Read(ref _interceptors)) isMuted |= interceptor(@event);
        if (@event is LogEvent log && !isMuted)
        {
            foreach (var sink in Volatile.Read(ref _sinks)) sink(log);
        }

        foreach (var subscriber in Route(@event.GetType())) subscriber.Tell(@event, ActorRefs.NoSender);
    }

    internal void AddSink(Action<LogEvent> sink)
    {
        lock (_lock) _sinks = [.. _sinks, sink];
    }

    /// <summary>For the TestKit's event filter: sees every event first and says whether it shall not be logged.</summary>
    internal void AddInterceptor(Func<object, bool> interceptor)
    {
        lock (_lock) _interceptors = [.. _interceptors, interceptor];
    }

    internal void RemoveInterceptor(Func<object, bool> interceptor)
    {
        lock (_lock) _interceptors = [.. _interceptors.Where(known => known != interceptor)];
    }

    private IActorRef[] Route(Type type)
    {
        if (_routes.TryGetValue(type, out var known)) return known;
        lock (_lock)
        {
            return _routes[type] = [.. _subscriptions.Where(s => s.Channel.IsAssignableFrom(type)).Select(s => s.Subscriber).Distinct()];
        }
    }
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
