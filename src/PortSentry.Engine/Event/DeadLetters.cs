namespace PortSentry.Engine.Event;

/// <summary>A message whose loss is nobody's concern: published as <see cref="SuppressedDeadLetter"/>.</summary>
public interface IDeadLetterSuppression;

public abstract class AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
{
    public object Message { get; } = message;

    public IActorRef Recipient { get; } = recipient;

    public IActorRef Sender { get; } = sender;

    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{Message}>";
}

/// <summary>A message for an actor that has stopped or never was.</summary>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);

public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>A message that was thrown away on purpose, where a bound was reached.</summary>
public sealed class Dropped(object message, string reason, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient)
{
    public Dropped(object message, string reason, IActorRef recipient) : this(message, reason, ActorRefs.NoSender, recipient) { }

    public string Reason { get; } = reason;
}

/// <summary>A message that its receiver has no handler for.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);
