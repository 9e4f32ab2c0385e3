using PortSentry.Actors.Notices;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Sources;
using PortSentry.Core;

namespace PortSentry.Actors.Capture;

/// <summary>
/// One interface: owns the thread that captures, classifies and gates, and fans new facts out to the region. When the source fails
/// (the interface went away), it says so and tries again until the interface is back; the others go on.
/// </summary>
public sealed class CaptureActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    // Shorter: a blocked source costs us a little less. Longer: one that was forgiven is not seen for so long.
    private static readonly TimeSpan RefilterEvery = TimeSpan.FromMilliseconds(500);

    private readonly CaptureSettings _settings;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IActorRef> _waiting = [];
    private CaptureLoop? _loop;
    private string? _error;
    private string? _refusal;

    public CaptureActor(CaptureSettings settings)
    {
        _settings = settings;
        Receive<Open>(_ => OnOpen());
        Receive<CaptureLoop.Ended>(OnEnded);
        Receive<LinksChanged>(_ =>
        {
            if (_loop is null) OnOpen();
        });
        Receive<Refilter>(_ => OnRefilter());
        Receive<AwaitCapture>(_ =>
        {
            _waiting.Add(Sender);
            TellWatching();
        });
        Receive<GetCaptureStatus>(_ => Sender.Tell(Status()));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(CaptureSettings settings) => Props.Create(() => new CaptureActor(settings));

    protected override void PreStart()
    {
        Self.Tell(Open.Instance);
        if (_settings.Refilter is not null) Timers.StartPeriodicTimer("refilter", Refilter.Instance, RefilterEvery);
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _loop?.Join();
        _stop.Dispose();
    }

    private void OnOpen()
    {
        Timers.Cancel("open");
        if (_loop is not null) return;
        try
        {
            _loop = CaptureLoop.Start(_settings, Self, _stop.Token);
            _settings.Notices.Tell(NoticeText.Watching(Now, _settings.Interface));
            _error = null;
        }
        catch (IOException exception)
        {
            Fail(exception.Message);
        }
        TellWatching();
    }

    private void OnEnded(CaptureLoop.Ended ended)
    {
        _loop?.Join();
        _loop = null;
        Fail(ended.Error ?? "it ended");
    }

    private void OnRefilter()
    {
        try
        {
            if (_loop is not null) _settings.Refilter!(_loop.Source, _loop.Loud);
        }
        catch (IOException exception)
        {
            // The filter before still stands, and the gate knows all that this one would have kept away.
            if (_refusal != exception.Message) _settings.Notices.Tell(NoticeText.FilterRefused(Now, _settings.Interface, exception.Message));
            _refusal = exception.Message;
        }
    }

    private void Fail(string error)
    {
        if (_error != error) _settings.Notices.Tell(NoticeText.CaptureFailed(Now, _settings.Interface, error));
        _error = error;
        Timers.StartSingleTimer("open", Open.Instance, Retry);
    }

    private void TellWatching()
    {
        if (_loop is null && _error is null) return;
        foreach (var waiting in _waiting) waiting.Tell(Status());
        _waiting.Clear();
    }

    private CaptureStatus Status() => new(
        _settings.Interface, _error, _loop?.Statistics ?? default, _loop?.Counters ?? new GateCounters());

    private Instant Now => Instant.From(_settings.Time.GetUtcNow());

    private sealed record Open
    {
        public static readonly Open Instance = new();
    }

    private sealed record Refilter
    {
        public static readonly Refilter Instance = new();
    }
}

/// <summary>Answered by <see cref="CaptureStatus"/> once the interface is watched, or could not be opened.</summary>
public sealed record AwaitCapture
{
    public static readonly AwaitCapture Instance = new();
}

/// <summary>Answered by <see cref="CaptureStatus"/>.</summary>
public sealed record GetCaptureStatus
{
    public static readonly GetCaptureStatus Instance = new();
}

/// <param name="Error">Why the interface is not watched; null when it is.</param>
public sealed record CaptureStatus(string Interface, string? Error, CaptureStatistics Statistics, GateCounters Counters);
