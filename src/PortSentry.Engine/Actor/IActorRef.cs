namespace PortSentry.Engine.Actor;

/// <summary>
/// The handle of an actor: safe to keep, to send and to use from any thread. Two references are equal when they
/// name the same incarnation of an actor (path and uid).
/// </summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}
