using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

/// <summary>When one child fails, all children are restarted or stopped: for children that make no sense alone.</summary>
public class AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
    : SupervisorStrategy(loggingEnabled)
{
    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Actor.Decider.From(localOnlyDecider), loggingEnabled) { }

    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, (int?)withinTimeRange?.TotalMilliseconds ?? -1, Actor.Decider.From(localOnlyDecider)) { }

    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider) : this(-1, -1, localOnlyDecider) { }

    public int MaxNumberOfRetries { get; } = maxNrOfRetries;

    public int WithinTimeRangeMilliseconds { get; } = withinTimeMilliseconds;

    public override IDecider Decider { get; } = decider;

    internal override void ProcessFailure(ActorCell parent, bool restart, ActorCell child, Exception cause)
    {
        var all = parent.ChildrenOrNull?.All() ?? [];
        var again = restart && Array.TrueForAll(all, c => MayRestart(parent, c, MaxNumberOfRetries, WithinTimeRangeMilliseconds));
        foreach (var each in all)
        {
            if (!again)
            {
                parent.Stop(each);
                continue;
            }

            if (!ReferenceEquals(each, child)) each.SendSystem(new Suspend());
            each.SendSystem(new Recreate(cause));
        }
    }
}
