using PortSentry.Actors.Responses;
using PortSentry.Responders;

namespace PortSentry.Actors.Notices;

/// <summary>
/// One reporter: one notice at a time, in order. While it fails or hangs the newest thousand wait for it; older ones are counted and
/// dropped, for the journal has them, and a queue must not grow with an attacker's diligence.
/// </summary>
public sealed class NoticeReporter : ReceiveActor, IWithTimers
{
    public const int MostWaiting = 1000;

    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private const int MostDoublings = 5;

    private readonly INoticeResponder _reporter;
    private readonly CancellationTokenSource _stop = new();
    private readonly LinkedList<Notice> _waiting = new();
    private readonly List<IActorRef> _askers = [];
    private bool _isBusy;
    private bool _started;
    private int _tries;
    private string? _error;
    private long _calls, _failures, _dropped;

    public NoticeReporter(INoticeResponder reporter)
    {
        _reporter = reporter;
        Receive<Notice>(notice =>
        {
            _waiting.AddLast(notice);
            if (_waiting.Count > MostWaiting) Drop();
            Next();
        });
        Receive<Done>(OnDone);
        Receive<TryAgain>(_ =>
        {
            _isBusy = false;
            Next();
        });
        Receive<DeliverNotices>(_ =>
        {
            _askers.Add(Sender);
            Next();
        });
        Receive<GetResponseStatus>(_ =>
        {
            var error = Error();
            Sender.Tell(new ResponderHealth(reporter.Name, error is null, error, _calls, _failures));
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(INoticeResponder reporter) => Props.Create(() => new NoticeReporter(reporter));

    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private string? Error() => _error is null || _dropped == 0 ? _error ?? _reporter.Fault : $"{_error} ({_dropped} notices lost)";

    private void Drop()
    {
        _waiting.RemoveFirst();
        _dropped++;
    }

    private void Next()
    {
        if (_isBusy) return;
        if (_waiting.First is not { Value: var notice })
        {
            foreach (var asker in _askers) asker.Tell(NoticesDelivered.Instance);
            _askers.Clear();
            return;
        }
        _isBusy = true;
        CallAsync(notice, _started, _stop.Token).PipeTo(Self);
    }

    private async Task<Done> CallAsync(Notice notice, bool started, CancellationToken stop)
    {
        try
        {
            if (!started)
            {
                var start = await _reporter.StartAsync(stop).AsTask().WaitAsync(CallPatience, stop);
                if (!start.Ok) return new Done(notice, false, start);
            }
            return new Done(notice, true, await _reporter.NotifyAsync(notice, stop).AsTask().WaitAsync(CallPatience, stop));
        }
        catch (Exception exception)
        {
            // The boundary that isolates: a reporter's bug costs its own lines.
            return new Done(notice, started, ResponderResult.Later(exception is TimeoutException ? "a call does not return" : $"{exception.GetType().Name}: {exception.Message}"));
        }
    }

    private void OnDone(Done done)
    {
        _calls++;
        _started = done.Started;
        _error = done.Result.Ok ? null : done.Result.Error ?? "failed";
        if (done.Result.Ok)
        {
            _tries = 0;
            _waiting.Remove(done.Notice);
        }
        else
        {
            _failures++;
            if (!done.Result.Retryable && _waiting.Remove(done.Notice)) _dropped++;
            // Busy until then: what comes meanwhile waits too, in order.
            Timers.StartSingleTimer("again", TryAgain.Instance, FirstRetry * Math.Pow(2, Math.Min(_tries++, MostDoublings)));
            return;
        }
        _isBusy = false;
        Next();
    }

    private sealed record Done(Notice Notice, bool Started, ResponderResult Result);

    private sealed record TryAgain
    {
        public static readonly TryAgain Instance = new();
    }
}
