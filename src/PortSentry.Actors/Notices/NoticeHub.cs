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
        Receive<Responses.GetResponseStatus>(_ => Responses.ResponseHealth.Ask(children, 0, Sender));
    }

    public static Props PropsFor(IReadOnlyList<INoticeResponder> reporters) => Props.Create(() => new NoticeHub(reporters));
}
