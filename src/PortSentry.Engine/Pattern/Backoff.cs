namespace PortSentry.Engine.Pattern;

/// <summary>Restart with growing pauses: delay = min * 2^restarts, at most max, times 1 + random * randomFactor.</summary>
public static class Backoff
{
    /// <summary>For a child that fails with an exception.</summary>
    /// <param name="randomFactor">0.2 adds up to a fifth, so that many do not come back at the same moment.</param>
    /// <param name="maxNrOfRetries">-1: no limit.</param>
    public static BackoffOptions OnFailure(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffOptions(false, childProps, childName, minBackoff, maxBackoff, randomFactor).WithMaxNrOfRetries(maxNrOfRetries);

    /// <summary>For a child that stops itself, as a persistent actor does when the journal fails.</summary>
    /// <param name="maxNrOfRetries">-1: no limit.</param>
    public static BackoffOptions OnStop(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffOptions(true, childProps, childName, minBackoff, maxBackoff, randomFactor).WithMaxNrOfRetries(maxNrOfRetries);
}

public sealed record BackoffOptions
{
    internal BackoffOptions(bool onStop, Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        if (minBackoff <= TimeSpan.Zero) throw new ArgumentException("MinBackoff must be greater than 0", nameof(minBackoff));
        if (maxBackoff < minBackoff) throw new ArgumentException("MaxBackoff must be greater than MinBackoff", nameof(maxBackoff));
        if (randomFactor is < 0 or > 1) throw new ArgumentException("RandomFactor must be between 0.0 and 1.0", nameof(randomFactor));
        (OnStop, ChildProps, ChildName, MinBackoff, MaxBackoff, RandomFactor, ResetAfter) =
            (onStop, childProps, childName, minBackoff, maxBackoff, randomFactor, minBackoff);
    }

    internal bool OnStop { get; }

    internal Props ChildProps { get; }

    internal string ChildName { get; }

    internal TimeSpan MinBackoff { get; }

    internal TimeSpan MaxBackoff { get; }

    internal double RandomFactor { get; }

    /// <summary>The count starts anew when the child has lived this long; null: only when the child says so.</summary>
    internal TimeSpan? ResetAfter { get; init; }

    internal OneForOneStrategy Strategy { get; init; } = new(SupervisorStrategy.DefaultDecider);

    internal object? ReplyWhileStopped { get; init; }

    internal Func<object, bool>? IsFinalStop { get; init; }

    public BackoffOptions WithAutoReset(TimeSpan resetBackoff) => this with { ResetAfter = resetBackoff };

    /// <summary>The child sends <see cref="BackoffSupervisor.Reset"/> when it is well.</summary>
    public BackoffOptions WithManualReset() => this with { ResetAfter = null };

    public BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) => this with { Strategy = supervisorStrategy };

    public BackoffOptions WithDefaultStoppingStrategy() => this with { Strategy = new OneForOneStrategy(SupervisorStrategy.StoppingStrategy.Decider) };

    public BackoffOptions WithReplyWhileStopped(object replyWhileStopped) => this with { ReplyWhileStopped = replyWhileStopped };

    public BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) => this with { Strategy = Strategy.WithMaxNrOfRetries(maxNrOfRetries) };

    /// <summary>After a message that this names, the child's stop is the end of both. Only with OnStop.</summary>
    public BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage) => this with { IsFinalStop = isFinalStopMessage };
}
