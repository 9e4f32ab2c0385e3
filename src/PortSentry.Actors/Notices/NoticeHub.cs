using PortSentry.Actors.Responses;
using PortSentry.Responders;

namespace PortSentry.Actors.Notices;

/// <summary>Hands each notice to every reporter. A reporter that fails or hangs loses its own lines only.</summary>
public sealed class NoticeHub : ReceiveActor
{
    // A reporter that is no longer configured gets this long for what it has not told yet.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Func<IReadOnlyList<INoticeResponder>> _reporters;
    private readonly Dictionary<INoticeResponder, IActorRef> _children = [];
    private int _changes;

    public NoticeHub(Func<IReadOnlyList<INoticeResponder>> reporters)
    {
        _reporters = reporters;
        Receive<Notice>(notice =>
        {
            foreach (var child in _children.Values) child.Tell(notice);
        });
        Receive<ReportersChanged>(_ => Change());
        Receive<GetResponseStatus>(_ => ResponseHealth.Ask([.. _children.Values], new ResponseStatus(0, []), Sender));
        Receive<DeliverNotices>(_ => DeliverAsync([.. _children.Values]).PipeTo(Sender));
    }

    /// <param name="reporters">Those that are configured now.</param>
    public static Props PropsFor(Func<IReadOnlyList<INoticeResponder>> reporters) => Props.Create(() => new NoticeHub(reporters));

    protected override void PreStart() => Change();

    private void Change()
    {
        var now = _reporters();
        foreach (var gone in _children.Keys.Except(now).ToList())
        {
            _children.Remove(gone, out var child);
            _ = EndAsync(gone, child!);
        }
        foreach (var reporter in now.Except(_children.Keys).ToList())
            _children.Add(reporter, Context.ActorOf(NoticeReporter.PropsFor(reporter), _changes == 0 ? reporter.Name : $"{reporter.Name}-{_changes}"));
        _changes++;
    }

    private static async Task EndAsync(INoticeResponder reporter, IActorRef child)
    {
        await Task.WhenAny(child.Ask<NoticesDelivered>(DeliverNotices.Instance, DeliverNotices.Patience));
        await Task.WhenAny(child.GracefulStop(Farewell));
        await reporter.DisposeAsync();
    }

    private static async Task<NoticesDelivered> DeliverAsync(IReadOnlyList<IActorRef> children)
    {
        await Task.WhenAll(children.Select(static child => child.Ask<NoticesDelivered>(DeliverNotices.Instance, DeliverNotices.Patience)));
        return NoticesDelivered.Instance;
    }
}

/// <summary>Other reporters are configured now: those that are not among them any more end and are disposed of.</summary>
public sealed record ReportersChanged
{
    public static readonly ReportersChanged Instance = new();
}

/// <summary>Before the end: answered by <see cref="NoticesDelivered"/> when every reporter has nothing more to say.</summary>
public sealed record DeliverNotices
{
    public static readonly DeliverNotices Instance = new();

    /// <summary>A reporter that takes longer has failed: the answer is then a failure.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
}

public sealed record NoticesDelivered
{
    public static readonly NoticesDelivered Instance = new();
}
