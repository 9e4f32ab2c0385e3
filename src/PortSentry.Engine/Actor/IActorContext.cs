namespace PortSentry.Engine.Actor;

public interface IActorRefFactory
{
    /// <param name="name">Null: a name is made, <c>$a</c>, <c>$b</c>, ...</param>
    /// <exception cref="InvalidActorNameException">The name is taken or has a character it must not have.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    ActorSelection ActorSelection(ActorPath actorPath);

    ActorSelection ActorSelection(string actorPath);
}

public interface ICanWatch
{
    /// <summary>Asks for one <see cref="Terminated"/> when the subject has stopped, also when it has already.</summary>
    IActorRef Watch(IActorRef subject);

    IActorRef WatchWith(IActorRef subject, object message);

    IActorRef Unwatch(IActorRef subject);
}

/// <summary>An actor's view of its place in the system. Valid only while the actor is at work.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    Props Props { get; }

    /// <summary>The dead-letter reference where the message came from no actor.</summary>
    IActorRef Sender { get; }

    ActorSystem System { get; }

    IActorRef Parent { get; }

    TimeSpan? ReceiveTimeout { get; }

    void Become(Receive receive);

    void BecomeStacked(Receive receive);

    void UnbecomeStacked();

    /// <returns><see cref="ActorRefs.Nobody"/> where there is no such child.</returns>
    IActorRef Child(string name);

    IEnumerable<IActorRef> GetChildren();

    /// <summary>Asks for a <see cref="Actor.ReceiveTimeout"/> whenever no message came for this long; null ends it.</summary>
    void SetReceiveTimeout(TimeSpan? timeout);

    void Stop(IActorRef child);
}

public interface IUntypedActorContext : IActorContext
{
    void Become(UntypedReceive receive);

    void BecomeStacked(UntypedReceive receive);
}

/// <returns>False when the message was not handled.</returns>
public delegate bool Receive(object message);

public delegate void UntypedReceive(object message);
