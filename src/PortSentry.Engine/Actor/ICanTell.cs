namespace PortSentry.Engine.Actor;

/// <summary>Anything a message can be sent to.</summary>
public interface ICanTell
{
    void Tell(object message, IActorRef? sender);
}
