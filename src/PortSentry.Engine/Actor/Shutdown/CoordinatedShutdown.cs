using PortSentry.Engine.Configuration;
using PortSentry.Engine.Event;

namespace PortSentry.Engine.Actor;

/// <summary>
/// An orderly end: named phases run one after another, the tasks of a phase side by side, each phase within its
/// time-out. The last phase stops the actors.
/// </summary>
public sealed class CoordinatedShutdown
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    // Akka.NET's order and its default time-out of 5 s a phase (10 s where it says so).
    private static readonly string[] Order =
    [
        PhaseBeforeServiceUnbind, PhaseServiceUnbind, PhaseServiceRequestsDone, PhaseServiceStop,
        PhaseBeforeClusterShutdown, PhaseClusterShardingShutdownRegion, PhaseClusterLeave, PhaseClusterExiting,
        PhaseClusterExitingDone, PhaseClusterShutdown, PhaseBeforeActorSystemTerminate, PhaseActorSystemTerminate,
    ];

    private readonly Dictionary<string, List<(string Name, Func<Task<Done>> Run)>> _tasks = [];
    private readonly Lock _lock = new();
    private readonly ActorSystem _system;
    private Task<Done>? _run;

    private CoordinatedShutdown(ActorSystem system)
    {
        _system = system;
        AddTask(PhaseActorSystemTerminate, "terminate-system", async () =>
        {
            system.StopAll();
            await system.WhenTerminated.ConfigureAwait(false);
            return Done.Instance;
        });
    }

    public ActorSystem System => _system;

    /// <summary>Null until the shutdown has begun.</summary>
    public Reason ShutdownReason { get; private set; } = null!;

    public static CoordinatedShutdown Get(ActorSystem sys) => sys.Extension(static system => new CoordinatedShutdown(system));

    /// <exception cref="ConfigurationException">There is no such phase.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        ArgumentException.ThrowIfNullOrEmpty(taskName);
        ArgumentNullException.ThrowIfNull(task);
        if (!Order.Contains(phase))
            throw new ConfigurationException($"Unknown phase [{phase}], known phases [{string.Join(", ", Order)}]. All phases (along with their optional dependencies) must be defined in configuration.");
        lock (_lock)
        {
            if (!_tasks.TryGetValue(phase, out var tasks)) _tasks[phase] = tasks = [];
            tasks.Add((taskName, task));
        }
    }

    /// <summary>Runs all phases, or those from <paramref name="fromPhase"/> on, once: a second call gives the first run's task.</summary>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        TaskCompletionSource<Done> done;
        lock (_lock)
        {
            if (_run is not null) return _run;
            done = new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously);
            _run = done.Task;
            ShutdownReason = reason;
        }

        _ = Task.Run(() => RunPhases(done, fromPhase is null ? 0 : Math.Max(0, Array.IndexOf(Order, fromPhase))));
        return done.Task;
    }

    public TimeSpan Timeout(string phase) => phase switch
    {
        PhaseClusterShardingShutdownRegion or PhaseClusterExiting or PhaseActorSystemTerminate => TimeSpan.FromSeconds(10),
        _ => TimeSpan.FromSeconds(5),
    };

    private async Task RunPhases(TaskCompletionSource<Done> done, int first)
    {
        foreach (var phase in Order.Skip(first))
        {
            (string Name, Func<Task<Done>> Run)[] tasks;
            lock (_lock) tasks = [.. _tasks.GetValueOrDefault(phase, [])];
            if (tasks.Length == 0) continue;
            try
            {
                // Real time even where a test turns the clock: a shutdown must end.
                await Task.WhenAll(tasks.Select(task => RunTask(phase, task))).WaitAsync(Timeout(phase)).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                _system.Log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase, Timeout(phase));
            }
        }

        done.TrySetResult(Done.Instance);
    }

    private async Task RunTask(string phase, (string Name, Func<Task<Done>> Run) task)
    {
        try
        {
            await Task.Run(task.Run).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _system.Log.Warning(e, "Task [{0}] failed in phase [{1}]: {2}", task.Name, phase, e.Message);
        }
    }

    public class Reason
    {
        protected Reason() { }
    }

    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason() { }
    }

    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason() { }
    }

    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason() { }
    }
}
