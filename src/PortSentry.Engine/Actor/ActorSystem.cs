using PortSentry.Engine.Actor.Setup;
using PortSentry.Engine.Configuration;
using PortSentry.Engine.Event;

namespace PortSentry.Engine.Actor;

/// <summary>A tree of actors, its clock, its event stream and its end.</summary>
public sealed class ActorSystem : IActorRefFactory, IDisposable
{
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<Action> _onTermination = new();
    private readonly Dictionary<Type, object> _extensions = [];
    private readonly Lock _lock = new();
    private readonly IActorRef _deadLetters;
    private readonly ActorCell _user;
    private readonly ActorCell _system;
    private int _uids;
    private bool _stopping;

    private ActorSystem(string name, ActorSystemSetup setup)
    {
        Name = name;
        Setup = setup;
        Config = setup.Get<BootstrapSetup>()?.Config ?? Config.Empty;
        Time = setup.Get<TimeProviderSetup>()?.Time ?? TimeProvider.System;
        Throughput = setup.Get<DispatcherSetup>()?.Throughput
            ?? Config.GetInt("akka.actor.default-dispatcher.throughput", DispatcherSetup.DefaultThroughput);
        Scheduler = setup.Get<SchedulerSetup>()?.Make(this) ?? new TimeProviderScheduler(Time);
        var log = setup.Get<LogSetup>();
        EventStream = new EventStream();
        LogLevel = log?.Level ?? Logging.LogLevelFor(Config.GetString("akka.loglevel", "INFO"));
        EventStream.AddSink(log?.Sink ?? StandardOutLogger.Print);
        _deadLetters = new DeadLetterRef(this);
        Log = new BusLogging(this, $"ActorSystem({name})", typeof(ActorSystem));
        Root = new ActorCell(this, Props.Create<RootGuardian>(), null, "");
        _user = (ActorCell)Root.ActorOf(Props.Create<Guardian>(), "user");
        _system = (ActorCell)Root.ActorOf(Props.Create<Guardian>(), "system");
        Root.Tell(new RootGuardian.Made(_user, _system), ActorRefs.NoSender);
        Root.Start();
    }

    public string Name { get; }

    public EventStream EventStream { get; }

    public IActorRef DeadLetters => _deadLetters;

    public IScheduler Scheduler { get; }

    public ILoggingAdapter Log { get; }

    /// <summary>Completes when the last actor has stopped.</summary>
    public Task WhenTerminated => _terminated.Task;

    internal ActorSystemSetup Setup { get; }

    internal Config Config { get; }

    internal TimeProvider Time { get; }

    internal int Throughput { get; }

    internal LogLevel LogLevel { get; }

    internal ActorCell Root { get; }

    public static ActorSystem Create(string name) => Create(name, ActorSystemSetup.Empty);

    public static ActorSystem Create(string name, Config config) => Create(name, BootstrapSetup.Create().WithConfig(config));

    public static ActorSystem Create(string name, BootstrapSetup setup) => Create(name, ActorSystemSetup.Create(setup));

    /// <exception cref="ArgumentException">The name is not made of letters, digits, '-' and '_'.</exception>
    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        if (name.Length == 0 || name[0] is '-' or '_' || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-' or '_')", nameof(name));
        }

        return new ActorSystem(name, setup);
    }

    public IActorRef ActorOf(Props props, string? name = null) => _user.ActorOf(props, name);

    public ActorSelection ActorSelection(ActorPath actorPath) => ActorSelection(actorPath.ToStringWithoutAddress());

    public ActorSelection ActorSelection(string actorPath) => Actor.ActorSelection.From(Root, actorPath);

    public void Stop(IActorRef actor)
    {
        if (ActorRefBase.Of(actor) is ActorCell { ParentCell: { } parent } cell) parent.Stop(cell);
        else ActorRefBase.Of(actor).SendSystem(new Dispatch.Terminate());
    }

    /// <summary>Stops all actors, children before parents. Runs the phases of <see cref="CoordinatedShutdown"/> first, if anyone has asked for it.</summary>
    public Task Terminate()
    {
        if (TryGet<CoordinatedShutdown>() is { } shutdown)
        {
            _ = shutdown.Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
            return WhenTerminated;
        }

        StopAll();
        return WhenTerminated;
    }

    /// <summary>Runs after the last actor has stopped; the last registered first.</summary>
    public void RegisterOnTermination(Action code)
    {
        lock (_lock)
        {
            if (!_terminated.Task.IsCompleted)
            {
                _onTermination.Push(code);
                return;
            }
        }

        code();
    }

    /// <summary>Terminates and waits.</summary>
    public void Dispose() => Terminate().Wait();

    internal int NextUid() => Interlocked.Increment(ref _uids);

    internal void StopAll()
    {
        lock (_lock)
        {
            if (_stopping) return;
            _stopping = true;
        }

        Root.SendSystem(new StopUser(_user));
    }

    internal IActorRef SystemActorOf(Props props, string name) => _system.ActorOf(props, name);

    /// <summary>The one object of a kind that belongs to this system, made when first asked for.</summary>
    internal T Extension<T>(Func<ActorSystem, T> make) where T : class
    {
        lock (_lock)
        {
            if (_extensions.TryGetValue(typeof(T), out var known)) return (T)known;
            var made = make(this);
            _extensions[typeof(T)] = made;
            return made;
        }
    }

    internal T? TryGet<T>() where T : class
    {
        lock (_lock) return (T?)_extensions.GetValueOrDefault(typeof(T));
    }

    internal void DeadLetter(object message, IActorRef? sender, IActorRef recipient)
    {
        if (message is DeadLetter) return;
        sender ??= DeadLetters;
        if (message is IDeadLetterSuppression quiet) EventStream.Publish(new SuppressedDeadLetter(quiet, sender, recipient));
        else EventStream.Publish(new DeadLetter(message, sender, recipient));
    }

    internal void LogError(Exception cause, IActorRef source, string what) =>
        EventStream.Publish(new Error(cause, source.Path.ToString(), typeof(ActorSystem), $"{what}: {cause.Message}"));

    internal void RootIsGone()
    {
        (Scheduler as IDisposable)?.Dispose();
        while (true)
        {
            Action code;
            lock (_lock)
            {
                if (!_onTermination.TryPop(out code!))
                {
                    _terminated.TrySetResult();
                    return;
                }
            }

            try
            {
                code();
            }
            catch (Exception e)
            {
                Log.Error(e, "A termination callback failed: {0}", e.Message);
            }
        }
    }

    private sealed class StopUser(ActorCell user) : Dispatch.SystemMessage
    {
        internal override void Apply(ActorCell cell) => cell.Stop(user);
    }
}
