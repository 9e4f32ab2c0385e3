using PortSentry.Actors.Notices;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Responders;

namespace PortSentry.Actors.Tripwire;

/// <summary>
/// The mind behind the kernel's tripwire: keeps its friends current, brings what it held before the verdict, releases whom the evidence
/// does not condemn, and tells of a flood. The rules stand only while this actor runs, and count only while it tells them so: nobody
/// is held for long when there is nobody to release him.
/// </summary>
public sealed class TripwireActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // The rules fall asleep by themselves when the daemon dies. Told anew seldom, since each time shows in 'nft monitor'.
    private static readonly TimeSpan AwakeFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AwakeAgain = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FlushedFor = TimeSpan.FromMinutes(1);

    // First contacts kept for the hold that they may lead to: as long as the rules count them together.
    private static readonly TimeSpan RecentFor = TimeSpan.FromMinutes(1);
    private const int MostRecent = 1024;

    private readonly TripwireSettings _settings;
    private readonly FloodWatch _flood;
    private readonly Queue<Fact> _recent = [];
    private readonly HashSet<Prefix> _unjudged = [];
    private IActorRef? _self;
    private TripwireView _view = new([], [], []);
    private TripwireListener? _listener;
    private bool _installed;
    private string? _error;
    private int _disturbances;
    // By the clock that nobody sets: with the other one a step back would put the rules to sleep until it is made up for.
    private TimeSpan _tryAt, _installedAt, _awakeAt, _calmAt;
    private bool _isAwake;
    private bool _isFlooded;
    private long _contacts, _holds, _confirmed, _released;

    public TripwireActor(TripwireSettings settings)
    {
        _settings = settings;
        _flood = new FloodWatch(settings.FloodContactsPerSecond);
        Receive<Beat>(_ => OnBeat());
        Receive<Disturbed>(_ => OnDisturbed());
        Receive<ContactReported>(OnReported);
        Receive<JudgeNow>(judge => _settings.Response.Tell(new JudgeHold(judge.Target), Self));
        Receive<HoldJudged>(OnJudged);
        Receive<TargetFreed>(freed =>
        {
            if (_installed) Done(_settings.Kernel.Release(freed.Target));
        });
        Receive<TripwireListener.Ended>(OnEnded);
        Receive<FlushTripwire>(_ => OnFlush());
        Receive<GetTripwireStatus>(_ => Sender.Tell(Status()));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private Instant Now => Instant.From(_settings.Time.GetUtcNow());

    private TimeSpan Uptime => _settings.Time.GetElapsedTime(0);

    public static Props PropsFor(TripwireSettings settings) => Props.Create(() => new TripwireActor(settings));

    protected override void PreStart()
    {
        _self = Self;
        _settings.Kernel.Disturbed += OnDisturbance;
        Context.System.EventStream.Subscribe(Self, typeof(TargetFreed));
        Timers.StartPeriodicTimer("beat", Beat.Instance, Tick);
        OnBeat();
    }

    protected override void PostStop()
    {
        _settings.Kernel.Disturbed -= OnDisturbance;
        Uninstall();
        base.PostStop();
    }

    private void OnBeat()
    {
        var now = Uptime;
        if (!_settings.Policy.Response.Enforce)
        {
            if (_installed) Uninstall();
            return;
        }
        if (!_installed && now >= _tryAt) Install();
        else if (_installed) Mend();
        if (_installed) Keep(now);
        if (!_isFlooded || now < _calmAt) return;
        _isFlooded = false;
        Notify(NoticeText.TripwireCalm(Now));
    }

    private void Install()
    {
        _tryAt = Uptime + Retry;
        if (!Done(_settings.Kernel.Install())) return;
        _view = new([], [], []);
        if (_listener is null)
        {
            try
            {
                _listener = new TripwireListener(_settings, Self);
            }
            catch (IOException failure)
            {
                // Without its reports nobody would hear of a hold, and nobody would release one.
                Fail(failure.Message);
                _settings.Kernel.Remove();
                return;
            }
        }
        _installed = true;
        _installedAt = Uptime;
        _awakeAt = TimeSpan.Zero;
        if (_error is not null) Notify(NoticeText.TripwireWorks(Now));
        _error = null;
    }

    private void Uninstall()
    {
        _installed = false;
        _listener?.Dispose();
        _listener = null;
        _unjudged.Clear();
        _settings.Kernel.Remove();
    }

    // On the watch's thread. One message waits at a time, however many changes there are.
    private void OnDisturbance()
    {
        if (Interlocked.Exchange(ref _disturbances, 1) == 0) _self?.Tell(Disturbed.Instance, ActorRefs.NoSender);
    }

    // Whoever fights us over our rules gets an answer a second: the beat looks, too.
    private void OnDisturbed()
    {
        Volatile.Write(ref _disturbances, 0);
        if (_installed && Uptime - _installedAt >= Tick) Mend();
    }

    private void Mend()
    {
        if (_settings.Kernel.IsIntact()) return;
        _installed = false;
        Notify(NoticeText.TripwireMended(Now));
        Install();
        if (_installed) Keep(Uptime);
    }

    private void Keep(TimeSpan now)
    {
        Refresh();
        if (now < _awakeAt) return;
        _isAwake = Done(_settings.Kernel.StayAwake(AwakeFor));
        if (_isAwake) _awakeAt = now + AwakeAgain;
    }

    private void Refresh()
    {
        var view = _settings.View();
        var kernel = _settings.Kernel;
        if (!view.Own.SequenceEqual(_view.Own)) Done(kernel.SetNear(view.Own));
        if (!view.Friends.SequenceEqual(_view.Friends)) Done(kernel.SetFriends(view.Friends));
        foreach (var (protocol, port) in view.Served.Except(_view.Served)) Done(kernel.Exempt(protocol, port));
        foreach (var (protocol, port) in _view.Served.Except(view.Served)) Done(kernel.Count(protocol, port));
        _view = view;
    }

    private void OnReported(ContactReported reported)
    {
        if (reported.IsHold)
        {
            OnHold(reported.Fact);
            return;
        }
        _contacts++;
        var fact = reported.Fact;
        while (_recent.Count >= MostRecent || (_recent.TryPeek(out var oldest) && fact.At - oldest.At > RecentFor)) _recent.Dequeue();
        _recent.Enqueue(fact);
        if (_flood.Note(fact.At)) OnFlood();
    }

    private void OnHold(Fact fact)
    {
        _holds++;
        var (now, target) = (Now, TargetOf(fact.Source));
        if (_settings.Protection.Check(Prefix.Host(fact.Source)) is { } friend)
        {
            Notify(NoticeText.FriendReleased(target, friend.Detail, now));
            Release(target);
            return;
        }
        List<Fact> failed = [.. _recent.Where(before => target.Contains(before.Source)).Append(fact).Where(one => !_settings.WasServed(one))];
        if (failed.Count == 0)
        {
            // A client of services that have stopped.
            _released++;
            Release(target);
            return;
        }
        if (!_unjudged.Add(target)) return;
        // First the evidence, since an attacker waits for the verdict and nobody for the word of the hold. The gate has told those that this host
        // refused; it waits in vain for an answer to the others.
        foreach (var one in failed) _settings.Region.Tell(new FactSeen(one));
        _settings.Response.Tell(new HoldSeen(target, fact, fact.Kind.IsStealth() ? _settings.Rules.OddStrikes : _settings.Rules.Strikes, now, _settings.Rules.Hold));
        Timers.StartSingleTimer((target, "judge"), new JudgeNow(target), _settings.Patience);
    }

    private void OnJudged(HoldJudged judged)
    {
        if (!_unjudged.Remove(judged.Target)) return;
        if (judged.Block is null)
        {
            _released++;
            Release(judged.Target);
            return;
        }
        _confirmed++;
        // The block does its work now, and an 'unblock' must not be undone by a hold that nobody thinks of.
        if (_settings.BlocksDropPackets() && judged.Block.ConfirmedAt is not null) Done(_settings.Kernel.Release(judged.Target));
    }

    // The rules themselves count a sample only, as long as it lasts; here it is only told.
    private void OnFlood()
    {
        if (!_isFlooded) Notify(NoticeText.TripwireFlooded(Now));
        _isFlooded = true;
        _calmAt = Uptime + _settings.Calm;
    }

    private void OnEnded(TripwireListener.Ended ended)
    {
        if (!ReferenceEquals(ended.Listener, _listener)) return;
        Uninstall();
        _tryAt = Uptime + Retry;
        Fail(ended.Error);
    }

    private void OnFlush()
    {
        Uninstall();
        _tryAt = Uptime + FlushedFor;
        Sender.Tell(new Answer(true, "the tripwire is out for a minute"));
    }

    private void Release(Prefix target)
    {
        // Spared first: between the two it would be held anew.
        Done(_settings.Kernel.Spare(target, _settings.Spare));
        Done(_settings.Kernel.Release(target));
    }

    // As the rules see it: a /64 far away is one sender, neighbours are many.
    private Prefix TargetOf(Address source)
    {
        var key = SourceKey.Of(source);
        return key.IsHost || !_view.Own.Any(key.Contains) ? key : Prefix.Host(source);
    }

    private bool Done(ResponderResult result)
    {
        if (!result.Ok) Fail(result.Error ?? "failed");
        return result.Ok;
    }

    private void Fail(string error)
    {
        if (_error != error) Notify(NoticeText.TripwireFailed(Now, error));
        _error = error;
    }

    private TripwireStatus Status() => new(_installed && _isAwake, _error, _contacts, _holds, _confirmed, _released, _isFlooded, _listener?.Lost ?? 0);

    private void Notify(Notice notice) => _settings.Notices.Tell(notice);

    private sealed record Beat
    {
        public static readonly Beat Instance = new();
    }

    private sealed record Disturbed
    {
        public static readonly Disturbed Instance = new();
    }

    private sealed record JudgeNow(Prefix Target);
}
