namespace PortSentry.Engine.TestKit;

/// <summary>What a probe does by itself with each message before the test looks at it.</summary>
public abstract class AutoPilot
{
    /// <returns>The pilot for the next message.</returns>
    public abstract AutoPilot Run(IActorRef sender, object message);
}

public sealed class NoAutoPilot : AutoPilot
{
    public static NoAutoPilot Instance { get; } = new();

    private NoAutoPilot() { }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>The answer of a pilot that stays.</summary>
public sealed class KeepRunning : AutoPilot
{
    public static KeepRunning Instance { get; } = new();

    private KeepRunning() { }

    public override AutoPilot Run(IActorRef sender, object message) => throw new InvalidOperationException("Must not call");
}

public sealed class DelegateAutoPilot(Func<IActorRef, object, AutoPilot> autoPilot) : AutoPilot
{
    public override AutoPilot Run(IActorRef sender, object message) => autoPilot(sender, message);
}
