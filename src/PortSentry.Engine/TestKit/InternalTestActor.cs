namespace PortSentry.Engine.TestKit;

/// <summary>The actor behind a test kit: puts what it receives into the test's inbox.</summary>
internal sealed class InternalTestActor(TestInbox inbox) : UntypedActor
{
    private AutoPilot _pilot = NoAutoPilot.Instance;
    private Func<object, bool>? _ignore;

    public sealed record SetIgnore(Func<object, bool>? Ignore);

    public sealed record SetPilot(AutoPilot Pilot);

    public sealed record WatchFor(IActorRef Subject, TaskCompletionSource Done);

    public sealed record UnwatchFor(IActorRef Subject, TaskCompletionSource Done);

    public sealed record Spawn(Props Props, string? Name, TaskCompletionSource<IActorRef> Done);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SetIgnore set:
                _ignore = set.Ignore;
                break;
            case SetPilot set:
                _pilot = set.Pilot;
                break;
            case WatchFor watch:
                Context.Watch(watch.Subject);
                watch.Done.SetResult();
                break;
            case UnwatchFor unwatch:
                Context.Unwatch(unwatch.Subject);
                unwatch.Done.SetResult();
                break;
            case Spawn spawn:
                spawn.Done.SetResult(Context.ActorOf(spawn.Props, spawn.Name));
                break;
            default:
                Take(message);
                break;
        }
    }

    private void Take(object message)
    {
        var next = _pilot.Run(Sender, message);
        if (next is not KeepRunning) _pilot = next;
        if (_ignore?.Invoke(message) != true) inbox.Add(new MessageEnvelope(message, Sender));
    }
}
