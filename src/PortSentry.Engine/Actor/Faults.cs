using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

/// <summary>
/// An actor's failure and what its supervisor makes of it. The failing actor holds its mailbox (and its children
/// theirs) until the parent has said resume, restart or stop; the message that failed is not processed again.
/// </summary>
internal static class Faults
{
    public static void Create(ActorCell cell)
    {
        cell.Life = Life.Running;
        try
        {
            NewInstance(cell).AroundPreStart();
        }
        catch (Exception e)
        {
            Forget(cell);
            Fail(cell, e as ActorInitializationException ?? new ActorInitializationException(cell, "Exception during creation", e));
        }
    }

    public static void Fail(ActorCell cell, Exception cause) => Fail(cell, cause, null);

    private static void Fail(ActorCell cell, Exception cause, ActorCell? perpetrator)
    {
        if (cell.IsTerminating)
        {
            cell.System.LogError(cause, cell, "failed while terminating");
            return;
        }

        if (cell.Extras.HasFailed) return;
        cell.Extras.HasFailed = true;
        cell.Suspend();
        foreach (var child in cell.ChildrenOrNull?.All() ?? [])
        {
            if (!ReferenceEquals(child, perpetrator)) child.SendSystem(new Suspend());
        }

        if (cell.ParentCell is { } parent) parent.SendSystem(new Failed(cell, cause));
        else cell.System.LogError(cause, cell, "the root has failed; the system stops");
    }

    public static void Suspend(ActorCell cell)
    {
        cell.Suspend();
        foreach (var child in cell.ChildrenOrNull?.All() ?? []) child.SendSystem(new Suspend());
    }

    public static void Resume(ActorCell cell, Exception? cause)
    {
        if (cell.Actor is null)
        {
            CreateAgain(cell);
            return;
        }

        cell.Unsuspend();
        if (cause is not null) cell.Extras.HasFailed = false;
        foreach (var child in cell.ChildrenOrNull?.All() ?? []) child.SendSystem(new Resume(cause));
        if (!cell.IsSuspended) cell.Actor.Resumed();
    }

    public static void ChildFailed(ActorCell cell, ActorCell child, Exception cause)
    {
        if (cell.IsTerminating || cell.ChildrenOrNull?.Contains(child) != true) return;
        bool handled;
        try
        {
            handled = cell.Extras.Strategy is { } known
                ? known.HandleFailure(cell, child, cause)
                : (cell.Extras.Strategy = cell.Props.SupervisorStrategy ?? cell.Actor!.Supervision()).HandleFailure(cell, child, cause);
        }
        catch (Exception e)
        {
            Fail(cell, e, child);
            return;
        }

        if (!handled) Fail(cell, cause, child);
    }

    public static void Recreate(ActorCell cell, Exception cause)
    {
        if (cell.Life != Life.Running) return;
        if (cell.Actor is not { } actor)
        {
            CreateAgain(cell);
            return;
        }

        try
        {
            actor.AroundPreRestart(cause, cell.CurrentMessage!);
        }
        catch (Exception e)
        {
            cell.System.LogError(e, cell, "PreRestart failed");
        }

        cell.ExtrasOrNull?.Timers?.CancelAll();
        cell.ExtrasOrNull?.Stash?.UnstashAll();
        Forget(cell);
        Await(cell, cause);
    }

    /// <summary>Called when the last dying child of a restarting actor is gone.</summary>
    public static void FinishRecreate(ActorCell cell)
    {
        var cause = cell.Extras.RecreateCause;
        cell.Extras.RecreateCause = null;
        var survivors = cell.ChildrenOrNull?.All() ?? [];
        cell.Life = Life.Running;
        cell.Release(ActorCell.HeldByLifecycle | ActorCell.HeldByTask | ActorCell.HeldByPersist | ActorCell.HeldByJournal);
        cell.Unsuspend();
        cell.Extras.HasFailed = false;
        cell.CurrentMessage = null;
        if (cause is null)
        {
            Create(cell);
            return;
        }

        try
        {
            NewInstance(cell).AroundPostRestart(cause, null!);
        }
        catch (Exception e)
        {
            Forget(cell);
            Fail(cell, new PostRestartException(cell, e, cause));
            return;
        }

        foreach (var child in survivors) child.SendSystem(new Recreate(cause));
    }

    // The constructor or PreStart failed: there is no instance to restart, only one to make.
    private static void CreateAgain(ActorCell cell)
    {
        if (cell.Life != Life.Running) return;
        foreach (var child in cell.ChildrenOrNull?.All() ?? []) cell.Stop(child);
        Await(cell, null);
    }

    private static void Await(ActorCell cell, Exception? cause)
    {
        cell.Extras.RecreateCause = cause;
        cell.Life = Life.Recreating;
        cell.Hold(ActorCell.HeldByLifecycle);
        if (cell.ChildrenOrNull?.AnyDying != true) FinishRecreate(cell);
    }

    private static ActorBase NewInstance(ActorCell cell)
    {
        ActorBase.Creating = cell;
        try
        {
            var actor = cell.Props.NewActor();
            cell.Actor = actor;
            if (actor is IWithTimers timed) timed.Timers = cell.Extras.Timers ??= new ActorTimers(cell);
            if (actor is IActorStash stashing) stashing.Stash = cell.Extras.Stash ??= new ActorStash(cell);
            return actor;
        }
        finally
        {
            ActorBase.Creating = null;
        }
    }

    private static void Forget(ActorCell cell)
    {
        cell.Actor?.Discard();
        cell.Actor = null;
        cell.ForgetBehavior();
        if (cell.ExtrasOrNull is { } extras) extras.Strategy = null;
    }
}
