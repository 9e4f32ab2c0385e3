namespace PortSentry.Engine.Actor;

internal enum Life : byte
{
    New,
    Running,

    /// <summary>PreRestart is done; waits for stopped children before the new instance is made.</summary>
    Recreating,
    Terminating,
    Dead,
}

/// <summary>What most actors never use, in one object that they then do not pay for.</summary>
internal sealed class CellExtras
{
    /// <summary>Unstashed messages: they come before the mailbox.</summary>
    public LinkedList<Envelope>? Front { get; set; }

    public IdleClock? Idle { get; set; }

    public ActorTimers? Timers { get; set; }

    public ActorStash? Stash { get; set; }

    public ActorTaskScheduler? Tasks { get; set; }

    public RestartStats? Restarts { get; set; }

    public SupervisorStrategy? Strategy { get; set; }

    /// <summary>Reported to the parent, whose directive is awaited.</summary>
    public bool HasFailed { get; set; }

    public Exception? RecreateCause { get; set; }
}

/// <summary>The behaviours that Become has put over the actor's own.</summary>
internal sealed class BehaviorStack(Receive top, BehaviorStack? below)
{
    public Receive Top { get; } = top;

    public BehaviorStack? Below { get; } = below;
}
