using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

/// <summary>The end of an actor: children first, then PostStop, then the parent and the watchers are told.</summary>
internal static class Termination
{
    public static void Begin(ActorCell cell)
    {
        if (cell.IsTerminating) return;
        cell.Life = Life.Terminating;
        cell.Hold(ActorCell.HeldByLifecycle);
        cell.SetReceiveTimeout(null);
        if (cell.ChildrenOrNull is { } children)
        {
            children.Close();
            foreach (var child in children.All()) cell.Stop(child);
        }

        if (cell.ChildrenOrNull?.IsEmpty != false) Finish(cell);
    }

    public static void ChildGone(ActorCell cell)
    {
        if (cell.Life == Life.Terminating && cell.ChildrenOrNull!.IsEmpty) Finish(cell);
        else if (cell.Life == Life.Recreating && !cell.ChildrenOrNull!.AnyDying) Faults.FinishRecreate(cell);
    }

    private static void Finish(ActorCell cell)
    {
        try
        {
            cell.Actor?.AroundPostStop();
        }
        catch (Exception e)
        {
            cell.System.LogError(e, cell, "PostStop failed");
        }

        cell.ExtrasOrNull?.Timers?.CancelAll();
        cell.ExtrasOrNull?.Stash?.UnstashAll();
        cell.Actor?.Discard();
        cell.Life = Life.Dead;
        cell.Actor = null;
        cell.ForgetBehavior();
        // A dead cell goes on as any other: it hands what still arrives to the dead letters.
        cell.ReleaseAll();
        if (cell.ParentCell is { } parent) parent.SendSystem(new DeathWatchNotification(cell, true));
        else cell.System.RootIsGone();
        cell.DeathsOrNull?.TellWatchers(cell);
    }
}
