using PortSentry.Engine.Dispatch;
using PortSentry.Engine.Event;

namespace PortSentry.Engine.Actor;

public enum Directive
{
    /// <summary>Go on with the next message as if nothing had happened.</summary>
    Resume,

    /// <summary>A fresh instance behind the same reference and mailbox.</summary>
    Restart,

    /// <summary>The supervisor fails in the child's stead.</summary>
    Escalate,
    Stop,
}

/// <summary>What a parent does about a child that has failed.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Stops what cannot start, was killed or lost a partner it needs; restarts everything else.</summary>
    public static readonly IDecider DefaultDecider = Actor.Decider.From(DefaultDirective);

    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    public static readonly OneForOneStrategy StoppingStrategy = new(static _ => Directive.Stop);

    private protected SupervisorStrategy(bool loggingEnabled) => LoggingEnabled = loggingEnabled;

    public abstract IDecider Decider { get; }

    protected bool LoggingEnabled { get; }

    /// <returns>False to escalate.</returns>
    internal bool HandleFailure(ActorCell parent, ActorCell child, Exception cause)
    {
        var directive = Decider.Decide(cause);
        if (LoggingEnabled && directive != Directive.Escalate) Log(parent, child, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                child.SendSystem(new Resume(cause));
                return true;
            case Directive.Restart:
                ProcessFailure(parent, true, child, cause);
                return true;
            case Directive.Stop:
                ProcessFailure(parent, false, child, cause);
                return true;
            default:
                return false;
        }
    }

    internal abstract void ProcessFailure(ActorCell parent, bool restart, ActorCell child, Exception cause);

    private protected static bool MayRestart(ActorCell parent, ActorCell child, int retries, int withinMilliseconds) =>
        (child.Extras.Restarts ??= new RestartStats()).RequestPermission(parent.System.Scheduler.MonotonicClock, retries, withinMilliseconds);

    private static Directive DefaultDirective(Exception cause) =>
        cause is ActorInitializationException or ActorKilledException or DeathPactException ? Directive.Stop : Directive.Restart;

    private void Log(ActorCell parent, ActorCell child, Exception cause, Directive directive)
    {
        var reported = cause is ActorInitializationException { InnerException: { } inner } ? inner : cause;
        var source = child.Path.ToString();
        parent.System.EventStream.Publish(directive == Directive.Resume
            ? new Warning(cause, source, GetType(), reported.Message)
            : new Error(cause, source, GetType(), reported.Message));
    }
}

public interface IDecider
{
    Directive Decide(Exception cause);
}

public static class Decider
{
    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) => new(localOnlyDecider);

    /// <param name="pairs">The first type that the exception is an instance of decides.</param>
    public static LocalOnlyDecider From(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) =>
        new(cause =>
        {
            foreach (var (type, directive) in pairs)
            {
                if (type.IsInstanceOfType(cause)) return directive;
            }

            return defaultDirective;
        });
}

public sealed class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    public Directive Decide(Exception cause) => decider(cause);
}

public static class DirectiveExtensions
{
    public static KeyValuePair<Type, Directive> When<TException>(this Directive self) where TException : Exception => new(typeof(TException), self);
}
