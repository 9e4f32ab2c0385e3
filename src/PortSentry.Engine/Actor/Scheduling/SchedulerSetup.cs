namespace PortSentry.Engine.Actor.Setup;

/// <summary>A scheduler in the place of the one that follows the system's <see cref="TimeProvider"/>: for tests.</summary>
public sealed class SchedulerSetup(Func<ActorSystem, IScheduler> make) : Setup
{
    public Func<ActorSystem, IScheduler> Make { get; } = make;
}
