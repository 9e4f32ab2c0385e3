using System.Runtime.ExceptionServices;
using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

/// <summary>
/// Runs what follows each await of an actor's asynchronous handler inside that actor's turn, so the handler has
/// the actor to itself from its beginning to its end.
/// </summary>
internal sealed class ActorTaskScheduler(ActorCell cell) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    public static void RunTask(Func<Task> action)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from within an actor.");
        var scheduler = cell.Extras.Tasks ??= new ActorTaskScheduler(cell);
        var start = new Task<Task>(action);
        start.RunSynchronously(scheduler);
        var task = start.GetAwaiter().GetResult();
        if (task.IsCompleted)
        {
            task.GetAwaiter().GetResult();
            cell.Actor?.TaskEnded();
            return;
        }

        cell.Hold(ActorCell.HeldByTask);
        var actor = cell.Actor;
        task.ContinueWith(
            ended => cell.SendSystem(new TaskEnd(actor, ended)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            Default);
    }

    protected override void QueueTask(Task task) => cell.SendSystem(new TaskStep(this, task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(ActorCell.Current, cell) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private sealed class TaskStep(ActorTaskScheduler scheduler, Task task) : SystemMessage
    {
        internal override void Apply(ActorCell cell) => scheduler.TryExecuteTask(task);

        // The actor is gone, but a handler's finally blocks shall still run.
        internal override void ApplyDead(ActorCell cell) => scheduler.TryExecuteTask(task);
    }

    private sealed class TaskEnd(ActorBase? actor, Task task) : SystemMessage
    {
        internal override void Apply(ActorCell cell)
        {
            // A restart meanwhile has made a new instance, which does not wait for the old one's task.
            if (!ReferenceEquals(actor, cell.Actor)) return;
            cell.Release(ActorCell.HeldByTask);
            if (task.IsFaulted) ExceptionDispatchInfo.Throw(task.Exception.InnerException ?? task.Exception);
            if (task.IsCanceled) throw new TaskCanceledException(task);
            cell.Actor?.TaskEnded();
        }
    }
}
