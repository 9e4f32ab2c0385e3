using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

/// <summary>
/// Who watches this actor and whom it watches. A death is queued as <see cref="Terminated"/> like any message, and
/// dropped on delivery when the actor has unwatched meanwhile: so it comes once, and never after Unwatch.
/// </summary>
internal sealed class DeathWatch
{
    private HashSet<ActorRefBase>? _watchers;
    private Dictionary<ActorRefBase, object?>? _watching;
    private Dictionary<ActorRefBase, object?>? _queued;

    public void AddWatcher(ActorRefBase watcher) => (_watchers ??= []).Add(watcher);

    public void RemoveWatcher(ActorRefBase watcher) => _watchers?.Remove(watcher);

    public void Watch(ActorCell self, ActorRefBase subject, object? message)
    {
        if (ReferenceEquals(self, subject)) return;
        if (_watching is not null && _watching.TryGetValue(subject, out var before))
        {
            if (Equals(before, message)) return;
            throw new InvalidOperationException(
                $"Watch({self}, {subject}) termination message was not overwritten from [{before ?? "Terminated"}] to [{message ?? "Terminated"}]. "
                + "If this was intended, unwatch first.");
        }

        (_watching ??= [])[subject] = message;
        subject.SendSystem(new Watch(self));
    }

    public void Unwatch(ActorCell self, ActorRefBase subject)
    {
        if (_watching?.Remove(subject) == true) subject.SendSystem(new Unwatch(self));
        _queued?.Remove(subject);
    }

    public void Died(ActorCell self, ActorRefBase subject, bool existed)
    {
        if (_watching is null || !_watching.Remove(subject, out var message) || self.IsTerminating) return;
        (_queued ??= [])[subject] = message;
        self.Tell(new Terminated(subject, existed, false), subject);
    }

    public void Deliver(ActorCell self, Terminated terminated)
    {
        if (_queued is null || !_queued.Remove(ActorRefBase.Of(terminated.ActorRef), out var message)) return;
        self.ReceiveMessage(message ?? terminated);
    }

    public void TellWatchers(ActorCell self)
    {
        foreach (var watcher in _watchers ?? []) watcher.SendSystem(new DeathWatchNotification(self, true));
        foreach (var subject in _watching?.Keys ?? (IEnumerable<ActorRefBase>)[]) subject.SendSystem(new Unwatch(self));
        _watchers = null;
        _watching = null;
        _queued = null;
    }
}
