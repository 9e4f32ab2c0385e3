using PortSentry.Actors.Responses;
using PortSentry.Responders;

namespace PortSentry.Actors.Notices;

/// <summary>One reporter. What it cannot deliver is counted and dropped: the journal has it, and a full queue must not grow.</summary>
public sealed class NoticeReporter : ReceiveActor
{
    private readonly CancellationTokenSource _stop = new();
    private bool _started;
    private string? _error;
    private long _calls, _failures;

    public NoticeReporter(INoticeResponder reporter)
    {
        ReceiveAsync<Notice>(async notice =>
        {
            if (!_started) _started = Note(await reporter.StartAsync(_stop.Token));
            if (_started) Note(await reporter.NotifyAsync(notice, _stop.Token));
        });
        Receive<GetResponseStatus>(_ => Sender.Tell(new ResponderHealth(reporter.Name, _error is null, _error, _calls, _failures)));
    }

    public static Props PropsFor(INoticeResponder reporter) => Props.Create(() => new NoticeReporter(reporter));

    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private bool Note(ResponderResult result)
    {
        _calls++;
        _error = result.Ok ? null : result.Error;
        if (!result.Ok) _failures++;
        return result.Ok;
    }
}
