namespace PortSentry.Engine.Actor;

/// <summary>Top of the tree: stops the user actors first, then the engine's own, then itself.</summary>
internal sealed class RootGuardian : ActorBase
{
    private IActorRef _user = ActorRefs.Nobody;
    private IActorRef _system = ActorRefs.Nobody;

    public sealed record Made(IActorRef User, IActorRef System);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Made made:
                (_user, _system) = made;
                Context.Watch(_user);
                Context.Watch(_system);
                return true;
            case Terminated terminated when terminated.ActorRef.Equals(_user):
                Context.Stop(_system);
                return true;
            case Terminated terminated when terminated.ActorRef.Equals(_system):
                Context.Stop(Self);
                return true;
            default:
                return false;
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.StoppingStrategy;
}

/// <summary>Parent of what <see cref="ActorSystem.ActorOf"/> makes. A failure that reaches it restarts or stops the child by the default rules.</summary>
internal sealed class Guardian : ActorBase
{
    protected override bool Receive(object message) => false;
}
