using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

public static class ActorRefs
{
    /// <summary>Nobody: what a look-up answers that found no actor. Messages to it vanish.</summary>
    public static readonly Nobody Nobody = Nobody.Instance;

    public static readonly IActorRef NoSender = null!;

    /// <summary>True for null and for <see cref="Nobody"/>.</summary>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Actor.Nobody;
}

public sealed class Nobody : ActorRefBase
{
    public static readonly Nobody Instance = new();

    private Nobody() { }

    public override ActorPath Path { get; } = new ActorPath("all-systems") / "Nobody";

    internal override ActorSystem? System => null;

    public override void Tell(object message, IActorRef? sender) { }

    internal override void SendSystem(SystemMessage message)
    {
        if (message is Watch watch) watch.Watcher.SendSystem(new DeathWatchNotification(this, false));
    }
}

public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends from the actor that is running on this thread, or from nobody.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current);

    /// <summary>Sends on in the name of the one who sent the current message.</summary>
    public static void Forward(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Sender);
}
