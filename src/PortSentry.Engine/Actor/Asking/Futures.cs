namespace PortSentry.Engine.Actor;

/// <summary>Ask: a message and the one answer to it, as a task.</summary>
public static class Futures
{
    /// <exception cref="AskTimeoutException">No answer in time.</exception>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) => self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) => self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) => self.Ask<object>(message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) => self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) => self.Ask<T>(message, null, cancellationToken);

    /// <remarks>A <see cref="Status.Failure"/> fails the task with its cause, unless T is Status itself; an answer of another type fails it too.</remarks>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<T>(_ => message, timeout, cancellationToken);

    /// <param name="messageFactory">Makes the message from the reference that will take the answer.</param>
    public static async Task<T> Ask<T>(this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var system = SystemOf(self);
        var promise = new PromiseRef(system);
        using var clock = timeout is { } time && time > TimeSpan.Zero ? new CancellationTokenSource(time, system.Time) : null;
        await using var late = clock?.Token.Register(() =>
            promise.Fail(new AskTimeoutException($"Timeout after {timeout!.Value.TotalSeconds:F2} seconds"))) ?? default;
        await using var cancelled = cancellationToken.Register(() => promise.Fail(new TaskCanceledException()));
        self.Tell(messageFactory(promise), promise);
        return await promise.Result.ConfigureAwait(false) switch
        {
            T answer => answer,
            Status.Failure failure => throw failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message."),
            null => default!,
            var other => throw new ArgumentException($"Received message of type [{other.GetType()}] - Ask expected message of type [{typeof(T)}]"),
        };
    }

    private static ActorSystem SystemOf(ICanTell target) => target switch
    {
        ActorSelection selection => selection.System,
        IActorRef reference => ActorRefBase.Of(reference).System,
        _ => null,
    } ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(target));
}
