namespace PortSentry.Engine.Dispatch;

/// <summary>
/// What actors tell each other about life and death. Handled before user messages, and also while those are held
/// back. A message links itself into its target's list, so an instance is sent once.
/// </summary>
internal abstract class SystemMessage
{
    internal SystemMessage? Next;

    internal abstract void Apply(ActorCell cell);

    /// <summary>The target is dead already.</summary>
    internal virtual void ApplyDead(ActorCell cell) { }
}

internal sealed class Suspend : SystemMessage
{
    internal override void Apply(ActorCell cell) => Faults.Suspend(cell);
}

internal sealed class Resume(Exception? cause) : SystemMessage
{
    internal override void Apply(ActorCell cell) => Faults.Resume(cell, cause);
}

internal sealed class Recreate(Exception cause) : SystemMessage
{
    internal override void Apply(ActorCell cell) => Faults.Recreate(cell, cause);
}

internal sealed class Terminate : SystemMessage
{
    internal override void Apply(ActorCell cell) => Termination.Begin(cell);
}

internal sealed class Failed(ActorCell child, Exception cause) : SystemMessage
{
    internal override void Apply(ActorCell cell) => Faults.ChildFailed(cell, child, cause);
}

internal sealed class Watch(ActorRefBase watcher) : SystemMessage
{
    internal ActorRefBase Watcher { get; } = watcher;

    internal override void Apply(ActorCell cell) => cell.Deaths.AddWatcher(Watcher);

    internal override void ApplyDead(ActorCell cell) => Watcher.SendSystem(new DeathWatchNotification(cell, true));
}

internal sealed class Unwatch(ActorRefBase watcher) : SystemMessage
{
    internal override void Apply(ActorCell cell) => cell.Deaths.RemoveWatcher(watcher);
}

internal sealed class DeathWatchNotification(ActorRefBase dead, bool existed) : SystemMessage
{
    internal ActorRefBase Dead { get; } = dead;

    internal override void Apply(ActorCell cell)
    {
        var wasChild = Dead is ActorCell child && cell.ForgetChild(child);
        cell.DeathsOrNull?.Died(cell, Dead, existed);
        if (wasChild) Termination.ChildGone(cell);
    }
}
