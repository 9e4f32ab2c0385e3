using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

/// <summary>Base of every reference the engine makes. One object stands for one incarnation, so identity is equality.</summary>
public abstract class ActorRefBase : IActorRef
{
    public abstract ActorPath Path { get; }

    internal abstract ActorSystem? System { get; }

    public abstract void Tell(object message, IActorRef? sender);

    internal abstract void SendSystem(SystemMessage message);

    internal virtual ActorRefBase? Find(string childName) => null;

    /// <summary>The engine's own reference behind a wrapper such as a TestProbe.</summary>
    internal static ActorRefBase Of(IActorRef reference) => reference switch
    {
        ActorRefBase own => own,
        IActorRefWrapper wrapper => Of(wrapper.Wrapped),
        _ => throw new ArgumentException($"{reference} was not made by this engine.", nameof(reference)),
    };

    public bool Equals(IActorRef? other) =>
        ReferenceEquals(this, other) || (other is IActorRefWrapper wrapper && ReferenceEquals(this, Of(wrapper)));

    public sealed override bool Equals(object? obj) => obj is IActorRef other && Equals(other);

    public sealed override int GetHashCode() => base.GetHashCode();

    public int CompareTo(IActorRef? other)
    {
        if (other is null) return 1;
        var byPath = Path.CompareTo(other.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other.Path.Uid);
    }

    public int CompareTo(object? obj) => obj is null or IActorRef
        ? CompareTo((IActorRef?)obj)
        : throw new ArgumentException("Object must be of type IActorRef.", nameof(obj));

    public override string ToString() => Path.Uid == 0 ? $"[{Path}]" : $"[{Path}#{Path.Uid}]";
}

/// <summary>Passes for an actor reference and stands for another.</summary>
internal interface IActorRefWrapper : IActorRef
{
    IActorRef Wrapped { get; }
}
