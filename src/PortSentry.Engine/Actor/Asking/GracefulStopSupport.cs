using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <returns>True when the actor has stopped.</returns>
    /// <exception cref="TaskCanceledException">It has not in time.</exception>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var actor = ActorRefBase.Of(target);
        if (actor.System is not { } system) return true;
        var promise = new PromiseRef(system);
        actor.SendSystem(new Watch(promise));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            return await promise.Result.WaitAsync(timeout, system.Time).ConfigureAwait(false) is Terminated;
        }
        catch (TimeoutException)
        {
            actor.SendSystem(new Unwatch(promise));
            throw new TaskCanceledException($"{target} did not stop within {timeout}.");
        }
    }

    /// <summary>Completes with true when the actor has stopped.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        var actor = ActorRefBase.Of(target);
        if (actor.System is not { } system) return true;
        var promise = new PromiseRef(system);
        actor.SendSystem(new Watch(promise));
        await using var cancelled = token.Register(() => promise.Fail(new TaskCanceledException()));
        return await promise.Result.ConfigureAwait(false) is Terminated;
    }
}
