namespace PortSentry.Engine.Actor;

public static class PipeToSupport
{
    /// <summary>Sends the task's result, or its failure as <see cref="Status.Failure"/>, as a message.</summary>
    /// <param name="sender">Null: the actor that runs now.</param>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
    {
        sender ??= ActorCell.Current;
        return Pipe();

        async Task Pipe()
        {
            try
            {
                var result = await taskToPipe.ConfigureAwait(false);
                recipient.Tell(success is null ? result! : success(result), sender);
            }
            catch (Exception e)
            {
                recipient.Tell(failure is null ? new Status.Failure(e) : failure(e), sender);
            }
        }
    }

    public static Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null)
    {
        sender ??= ActorCell.Current;
        return Pipe();

        async Task Pipe()
        {
            try
            {
                await taskToPipe.ConfigureAwait(false);
                if (success is not null) recipient.Tell(success(), sender);
            }
            catch (Exception e)
            {
                recipient.Tell(failure is null ? new Status.Failure(e) : failure(e), sender);
            }
        }
    }
}
