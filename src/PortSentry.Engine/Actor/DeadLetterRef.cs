using PortSentry.Engine.Dispatch;
using PortSentry.Engine.Event;

namespace PortSentry.Engine.Actor;

/// <summary>Where messages without a receiver end: published on the event stream, for whoever wants to know.</summary>
internal sealed class DeadLetterRef(ActorSystem system) : ActorRefBase
{
    public override ActorPath Path { get; } = new ActorPath(system.Name) / "deadLetters";

    internal override ActorSystem System => system;

    public override void Tell(object message, IActorRef? sender)
    {
        if (message is DeadLetter letter) system.EventStream.Publish(letter);
        else system.DeadLetter(message, sender, this);
    }

    internal override void SendSystem(SystemMessage message)
    {
        if (message is Watch watch) watch.Watcher.SendSystem(new DeathWatchNotification(this, false));
    }
}
