using PortSentry.Actors.Notices;
using PortSentry.Actors.Responses;
using PortSentry.Core;
using PortSentry.Core.Detection;
using PortSentry.Responders;

namespace PortSentry.Actors.Challenge;

/// <summary>
/// Keeps the rules of the challenge in the kernel, as the trap ports are now, and its listener at work. The rules stand only while this
/// actor runs, and take SYNs only while it tells them so.
/// </summary>
public sealed class ChallengeActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // When the daemon dies its trap ports are silent for so long. Told anew seldom, since each time shows in 'nft monitor'.
    private static readonly TimeSpan AwakeFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AwakeAgain = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FlushedFor = TimeSpan.FromMinutes(1);

    private readonly ChallengeSettings _settings;
    private IReadOnlyList<PortRange> _ports = [];
    private ChallengeListener? _listener;
    private bool _installed;
    private string? _error;
    private Instant _tryAt, _awakeAt;

    public ChallengeActor(ChallengeSettings settings)
    {
        _settings = settings;
        Receive<Beat>(_ => OnBeat());
        Receive<ChallengeListener.Ended>(OnEnded);
        Receive<FlushChallenge>(_ => OnFlush());
        Receive<GetChallengeStatus>(_ => Sender.Tell(new ChallengeStatus(
            _installed, _error, _listener?.Answers ?? 0, _listener?.Proofs ?? 0, _listener?.Dropped ?? 0)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private Instant Now => Instant.From(_settings.Time.GetUtcNow());

    public static Props PropsFor(ChallengeSettings settings) => Props.Create(() => new ChallengeActor(settings));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("beat", Beat.Instance, Tick);
        OnBeat();
    }

    protected override void PostStop()
    {
        Uninstall();
        _settings.Kernel.Dispose();
        base.PostStop();
    }

    private void OnBeat()
    {
        var now = Now;
        var ports = _settings.Policy.Response.Enforce ? _settings.Ports() : [];
        if (ports.Count == 0)
        {
            if (_installed) Uninstall();
            return;
        }
        if (_installed && !_settings.Kernel.IsIntact())
        {
            _installed = false;
            _tryAt = default;
            _settings.Notices.Tell(NoticeText.ChallengeMended(now));
        }
        if (!_installed ? now >= _tryAt : !ports.SequenceEqual(_ports)) Install(ports);
        if (_installed && now >= _awakeAt && Done(_settings.Kernel.StayAwake(AwakeFor))) _awakeAt = now + AwakeAgain;
    }

    private void Install(IReadOnlyList<PortRange> ports)
    {
        _tryAt = Now + Retry;
        try
        {
            _listener ??= new ChallengeListener(_settings, Self);
        }
        catch (IOException failure)
        {
            // Nobody would answer. A daemon that was killed may have left rules behind.
            _settings.Kernel.Remove();
            Fail(failure.Message);
            return;
        }
        _installed = Done(_settings.Kernel.Install(ports));
        if (!_installed) return;
        (_ports, _awakeAt, _error) = (ports, default, null);
    }

    private void Uninstall()
    {
        _installed = false;
        _listener?.Dispose();
        _listener = null;
        _settings.Kernel.Remove();
    }

    private void OnEnded(ChallengeListener.Ended ended)
    {
        if (!ReferenceEquals(ended.Listener, _listener)) return;
        Uninstall();
        _tryAt = Now + Retry;
        Fail(ended.Error);
    }

    private void OnFlush()
    {
        Uninstall();
        _tryAt = Now + FlushedFor;
        Sender.Tell(new Answer(true, "the challenge is out for a minute"));
    }

    private bool Done(ResponderResult result)
    {
        if (!result.Ok) Fail(result.Error ?? "failed");
        return result.Ok;
    }

    private void Fail(string error)
    {
        if (_error != error) _settings.Notices.Tell(NoticeText.ChallengeFailed(Now, error));
        _error = error;
    }

    private sealed record Beat
    {
        public static readonly Beat Instance = new();
    }
}
