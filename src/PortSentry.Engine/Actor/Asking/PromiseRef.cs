using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Actor;

/// <summary>The reference an answer is sent to: it lives for one message.</summary>
internal sealed class PromiseRef(ActorSystem system) : ActorRefBase
{
    private readonly TaskCompletionSource<object> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _uid = system.NextUid();

    public Task<object> Result => _result.Task;

    public override ActorPath Path => new ActorPath(system.Name) / "temp" / string.Create(null, $"${_uid:x}");

    internal override ActorSystem System => system;

    public override void Tell(object message, IActorRef? sender)
    {
        if (!_result.TrySetResult(message)) system.DeadLetter(message, sender, this);
    }

    public bool Fail(Exception cause) => _result.TrySetException(cause);

    internal override void SendSystem(SystemMessage message)
    {
        switch (message)
        {
            case DeathWatchNotification gone:
                _result.TrySetResult(new Terminated(gone.Dead, true, false));
                break;
            case Watch watch:
                watch.Watcher.SendSystem(new DeathWatchNotification(this, true));
                break;
        }
    }
}
