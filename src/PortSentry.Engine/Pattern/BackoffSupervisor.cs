using PortSentry.Engine.Event;

namespace PortSentry.Engine.Pattern;

/// <summary>Passes messages on to one child, and starts it anew after a growing pause when it has failed or stopped.</summary>
public sealed class BackoffSupervisor : UntypedActor
{
    private readonly BackoffOptions _options;
    private IActorRef _child = ActorRefs.Nobody;
    private int _restarts;
    private bool _restarting;
    private bool _finalStop;

    internal BackoffSupervisor(BackoffOptions options) => _options = options;

    public static Props Props(BackoffOptions options) => Actor.Props.Create(() => new BackoffSupervisor(options));

    public static Props Props(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor, -1));

    protected override void PreStart()
    {
        StartChildNow();
        base.PreStart();
    }

    protected override SupervisorStrategy SupervisorStrategy()
    {
        var strategy = _options.Strategy;
        if (_options.OnStop) return strategy;
        // A restart becomes a stop: the fresh instance comes after the pause, from us.
        return new OneForOneStrategy(-1, strategy.WithinTimeRangeMilliseconds, cause =>
        {
            var directive = strategy.Decider.Decide(cause);
            if (directive != Directive.Restart) return directive;
            if (strategy.MaxNumberOfRetries >= 0 && _restarts >= strategy.MaxNumberOfRetries)
            {
                Context.Stop(Self);
                return Directive.Stop;
            }

            _restarting = true;
            return Directive.Stop;
        });
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(_child):
                ChildStopped();
                break;
            case StartChild:
                StartChildNow();
                if (_options.ResetAfter is { } resetAfter)
                    Context.System.Scheduler.ScheduleTellOnce(resetAfter, Self, new ResetRestartCount(_restarts), Self);
                break;
            case ResetRestartCount reset:
                if (reset.Current == _restarts) _restarts = 0;
                break;
            case Reset:
                if (_options.ResetAfter is null) _restarts = 0;
                else Unhandled(message);
                break;
            case GetRestartCount:
                Sender.Tell(new RestartCount(_restarts), Self);
                break;
            case GetCurrentChild:
                Sender.Tell(new CurrentChild(_child), Self);
                break;
            default:
                PassOn(message);
                break;
        }
    }

    private void PassOn(object message)
    {
        if (_child.Equals(Sender))
        {
            Context.Parent.Forward(message);
            return;
        }

        if (_options.IsFinalStop?.Invoke(message) == true)
        {
            _finalStop = true;
            if (_child.IsNobody()) Context.Stop(Self);
        }

        if (!_child.IsNobody()) _child.Forward(message);
        else if (_options.ReplyWhileStopped is { } reply) Sender.Tell(reply, Self);
        else Context.System.DeadLetters.Forward(message);
    }

    private void ChildStopped()
    {
        _child = ActorRefs.Nobody;
        var limit = _options.Strategy.MaxNumberOfRetries;
        var again = _options.OnStop ? !_finalStop && (limit < 0 || _restarts < limit) : _restarting;
        _restarting = false;
        if (!again)
        {
            Context.Stop(Self);
            return;
        }

        Context.System.Scheduler.ScheduleTellOnce(Delay(_restarts, _options), Self, StartChild.Instance, Self);
        _restarts++;
    }

    private void StartChildNow()
    {
        if (_child.IsNobody()) _child = Context.Watch(Context.ActorOf(_options.ChildProps, _options.ChildName));
    }

    private static TimeSpan Delay(int restarts, BackoffOptions options)
    {
        var random = 1.0 + (Random.Shared.NextDouble() * options.RandomFactor);
        var milliseconds = Math.Min(options.MaxBackoff.TotalMilliseconds, options.MinBackoff.TotalMilliseconds * Math.Pow(2, restarts)) * random;
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue));
    }

    public sealed class GetCurrentChild
    {
        public static readonly GetCurrentChild Instance = new();

        private GetCurrentChild() { }
    }

    public sealed class CurrentChild(IActorRef @ref)
    {
        public IActorRef Ref { get; } = @ref;
    }

    public sealed class Reset
    {
        public static readonly Reset Instance = new();

        private Reset() { }
    }

    public sealed class GetRestartCount
    {
        public static readonly GetRestartCount Instance = new();

        private GetRestartCount() { }
    }

    public sealed class RestartCount(int count)
    {
        public int Count { get; } = count;
    }

    public sealed class StartChild : IDeadLetterSuppression
    {
        public static readonly StartChild Instance = new();

        private StartChild() { }
    }

    public sealed class ResetRestartCount(int current) : IDeadLetterSuppression
    {
        public int Current { get; } = current;
    }
}
