namespace PortSentry.Engine.TestKit;

/// <summary>A message that the test actor has received, and from whom.</summary>
public sealed class MessageEnvelope(object message, IActorRef sender)
{
    public object Message { get; } = message;

    public IActorRef Sender { get; } = sender;

    public override string ToString() => $"<{Message}> from {Sender}";
}
