using PortSentry.Actors.Responses;
using PortSentry.Responders;

namespace PortSentry.Actors.Notices;

/// <summary>Hands each notice to every reporter. A reporter that fails or hangs loses its own lines only.</summary>
public sealed class NoticeHub : ReceiveActor
{
    public NoticeHub(IReadOnlyList<INoticeResponder> reporters)
    {
        var children = reporters.Select(reporter => Context.ActorOf(NoticeReporter.PropsFor(reporter), reporter.Name)).ToList();
        Receive<Notice>(notice =>
        {
            foreach (var child in children) child.Tell(notice);
        });
        Receive<GetResponseStatus>(_ => ResponseHealth.Ask(children, 0, null, Sender));
        Receive<DeliverNotices>(_ => DeliverAsync(children).PipeTo(Sender));
    }

    public static Props PropsFor(IReadOnlyList<INoticeResponder> reporters) => Props.Create(() => new NoticeHub(reporters));

    private static async Task<NoticesDelivered> DeliverAsync(IReadOnlyList<IActorRef> children)
    {
        await Task.WhenAll(children.Select(static child => child.Ask<NoticesDelivered>(DeliverNotices.Instance, DeliverNotices.Patience)));
        return NoticesDelivered.Instance;
    }
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
