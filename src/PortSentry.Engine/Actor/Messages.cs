using PortSentry.Engine.Event;

namespace PortSentry.Engine.Actor;

/// <summary>Handled by the engine before the actor's own behaviour sees it.</summary>
public interface IAutoReceivedMessage;

/// <summary>Does not count as activity for the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;

public interface INoSerializationVerificationNeeded;

/// <summary>One base class, because a class test is cheaper per message than an interface test.</summary>
public abstract class AutoReceivedMessage : IAutoReceivedMessage
{
    private protected AutoReceivedMessage() { }

    internal abstract void Receive(ActorCell cell);
}

/// <summary>Stops the actor when its turn in the mailbox comes.</summary>
public sealed class PoisonPill : AutoReceivedMessage, IDeadLetterSuppression
{
    public static PoisonPill Instance { get; } = new();

    private PoisonPill() { }

    internal override void Receive(ActorCell cell) => cell.StopSelf();

    public override string ToString() => "<PoisonPill>";
}

/// <summary>Makes the actor fail with <see cref="ActorKilledException"/>.</summary>
public sealed class Kill : AutoReceivedMessage
{
    public static Kill Instance { get; } = new();

    private Kill() { }

    internal override void Receive(ActorCell cell) => throw new ActorKilledException("Kill");

    public override string ToString() => "<Kill>";
}

/// <summary>Answered by every live actor with an <see cref="ActorIdentity"/>.</summary>
public sealed class Identify(object messageId) : AutoReceivedMessage
{
    public object MessageId { get; } = messageId;

    internal override void Receive(ActorCell cell) => cell.Sender.Tell(new ActorIdentity(MessageId, cell), cell);
}

public sealed class ActorIdentity(object messageId, IActorRef? subject)
{
    public object MessageId { get; } = messageId;

    /// <summary>Null where no actor answers to the path.</summary>
    public IActorRef Subject { get; } = subject!;
}

/// <summary>A watched actor has stopped.</summary>
public sealed class Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    : AutoReceivedMessage, IDeadLetterSuppression, IEquatable<Terminated>
{
    public IActorRef ActorRef { get; } = actorRef;

    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    public bool AddressTerminated { get; } = addressTerminated;

    internal override void Receive(ActorCell cell) => cell.DeathsOrNull?.Deliver(cell, this);

    public bool Equals(Terminated? other) => other is not null && ActorRef.Equals(other.ActorRef)
        && ExistenceConfirmed == other.ExistenceConfirmed && AddressTerminated == other.AddressTerminated;

    public override bool Equals(object? obj) => Equals(obj as Terminated);

    public override int GetHashCode() => ActorRef.GetHashCode();

    public override string ToString() => $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}

/// <summary>No message came for the time set with <see cref="IActorContext.SetReceiveTimeout"/>.</summary>
public sealed class ReceiveTimeout
{
    public static ReceiveTimeout Instance { get; } = new();

    private ReceiveTimeout() { }

    public override string ToString() => "<ReceiveTimeout>";
}

public readonly struct Envelope(object message, IActorRef? sender)
{
    public object Message { get; } = message;

    public IActorRef Sender { get; } = sender!;

    public override string ToString() => $"<{Message}> from {(Sender is null ? "NoSender" : Sender)}";
}

public abstract class Status
{
    private Status() { }

    public sealed class Success(object status) : Status
    {
        public static readonly Success Instance = new(null!);

        public readonly object Status = status;

        public override string ToString() => Status is null ? "Success" : $"Success: {Status}";
    }

    public sealed class Failure(Exception cause, object? state) : Status
    {
        public readonly Exception Cause = cause;

        public readonly object State = state!;

        public Failure(Exception cause) : this(cause, null) { }

        public override string ToString() => State is null ? $"Failure: {Cause}" : $"Failure[{State}]: {Cause}";
    }
}
