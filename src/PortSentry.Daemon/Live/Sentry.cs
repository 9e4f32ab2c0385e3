using Microsoft.Extensions.Logging;
using PortSentry.Actors;
using PortSentry.Actors.Capture;
using PortSentry.Actors.Challenge;
using PortSentry.Actors.Classic;
using PortSentry.Actors.Notices;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Actors.Tripwire;
using PortSentry.Capture.Challenge;
using PortSentry.Capture.LocalView;
using PortSentry.Core;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Commands;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Persistence;
using PortSentry.Daemon.Reports;
using PortSentry.Daemon.Wiring;
using PortSentry.Journal;
using PortSentry.Responders.Challenge;
using PortSentry.Responders.Nftables;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Daemon.Live;

/// <summary>
/// The running daemon: everything wired together, started in the order that loses nothing (the journal with its blocks, then capture while
/// they go back in force; it says that it listens when both is done), stopped in the other.
/// </summary>
internal sealed class Sentry : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SourceIdle = TimeSpan.FromMinutes(2);

    private readonly Instant _started;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;

    // What it knows of the host, and whom it spares.
    private readonly LocalHost _host;
    private readonly LinkMonitor _links;
    private readonly BoundPortSet _bound = new();
    private readonly LiveTraps _traps;
    private readonly SynCookies? _cookies;
    private readonly GatewayWitness _witness;
    private readonly Protection _protection;

    private readonly JournalHealth _journalHealth = new();
    private readonly Housekeeping _housekeeping;
    private readonly Rehearsal _rehearsal;
    private readonly CapturePlan _capture;
    private readonly GateControl _gates = new();

    private readonly ActorSystem _system;
    private readonly IActorRef _notices;
    private IActorRef? _boundPorts, _tripwire, _challenge, _watch;

    // A reload puts others in their place.
    private readonly Lock _reloading = new();
    private volatile PortSentryOptions _options;
    private volatile ResponderSet _responders;

    /// <exception cref="JournalException">The journal cannot be opened.</exception>
    public Sentry(PortSentryOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        Time = time;
        _options = options;
        _loggers = loggers;
        _logger = loggers.CreateLogger("portsentry");
        _started = Instant.From(time.GetUtcNow());
        Policy = new LivePolicy(options.Detection, options.Response);
        // While it is opened the host is looked at.
        var journal = Task.Run(() => JournalOpener.Open(options, loggers.CreateLogger("journal")));
        _host = new LocalHost(time);
        _traps = new LiveTraps(_host, _bound, options);
        _cookies = options.Challenge ? new SynCookies(time) : null;
        Ignored = new IgnoreList(options.Ignore, options.IgnoreFile, Path.Combine(options.StateDirectory, "ignore"), time);
        _witness = new GatewayWitness(_host, time);
        _protection = new Protection(_host, Ignored, options.SessionPorts, time, _witness);
        Journal = journal.GetAwaiter().GetResult();
        _system = ActorRuntime.Create(options, Journal, _journalHealth, time, loggers.CreateLogger("actors"));

        _responders = ResponderSet.Create(options, loggers, time);
        _notices = _system.ActorOf(NoticeHub.PropsFor(() => _responders.Notices), "notices");
        Response = _system.ActorOf(
            ResponseActor.SupervisedPropsFor(new ResponseSettings(
                Policy, () => _responders.Blocks, _protection, _gates, _notices, () => Region, time) { ReconcileEvery = options.Reconcile, PersistenceId = options.ResponseId }),
            ResponseActor.Id);
        Region = ActorRuntime.StartRegion(_system, options, new SourceSettings(Policy, Response, SourceIdle));
        _journalHealth.Recovered = () => Response.Tell(KeepState.Instance, ActorRefs.NoSender);
        _housekeeping = new Housekeeping(Journal, Region, Response, () => _options.Journal.Keep, time, _logger);
        _capture = new CapturePlan(() => _options, () => _host.Addresses, () => Ignored.All, _gates.Newest, () => _host.Gateways);
        _links = new LinkMonitor(OnLinksChanged);
        _rehearsal = new Rehearsal(_host, VantageOf(options), _protection, time);
    }

    public TimeProvider Time { get; }

    public LivePolicy Policy { get; }

    public IEventJournal Journal { get; }

    public IgnoreList Ignored { get; }

    /// <summary>Null while events can be recorded.</summary>
    public string? JournalFault => _journalHealth.Fault;

    public IActorRef Response { get; }

    public IActorRef Region { get; }

    private Instant Now => Instant.From(Time.GetUtcNow());

    /// <summary>Puts blocks back in force and watches. True when at least one interface is watched.</summary>
    public async Task<bool> StartAsync()
    {
        var rehearsed = _rehearsal.RunAsync(Journal);
        var ready = Response.Ask<ResponseReady>(AwaitReady.Instance, StartPatience);
        // The gates know then who is blocked. While the responders put that back in force, the rings are made.
        _ = await InTimeAsync(Response.Ask<ResponseRecovered>(AwaitRecovery.Instance, StartPatience));
        _boundPorts = _system.ActorOf(
            BoundPorts.PropsFor(new BoundPortsSettings(
                () => ClassicTraps.Bound(_options.Classic), _bound, address => _host.IsOwn(address) || Ignored.Contains(address), Region, _notices, Time)),
            "bound-ports");
        foreach (var line in ClassicStart.Lines(_options.Classic, _host.Listens, Now)) _notices.Tell(line, ActorRefs.NoSender);
        _watch = _system.ActorOf(
            InterfaceWatch.PropsFor(new InterfaceWatchSettings(
                watched => CapturePlan.Wanted(_options, _links.Read(), watched), CaptureOf, closed => _gates.Close(closed.Commands))),
            "interfaces");
        if (_options.Tripwire)
        {
            _tripwire = _system.ActorOf(
                TripwireActor.PropsFor(TripwireSetup.SettingsOf(
                    _options, Policy, _protection, () => TripwireSetup.ViewOf(_host, _protection, Ignored), Region, Response, _notices, Time,
                    () => TripwireSetup.BlocksDropPackets(_options), _gates.Served)),
                "tripwire");
        }
        if (!await InTimeAsync(ready)) DaemonLog.RespondersLate(_logger, StartPatience.TotalSeconds);
        IReadOnlyList<NftablesResponder> firewalls = _options.Response.Enforce ? [.. _responders.Blocks.OfType<NftablesResponder>()] : [];
        if ((await rehearsed ?? await Rehearsal.BlockAsync(firewalls)) is { } failure) DaemonLog.SelfTestFailed(_logger, failure);
        var watching = await _watch.Ask<CaptureStatuses>(AwaitCapture.Instance, StartPatience);
        if (!watching.All.Any(static one => one.Error is null)) return false;
        if (_tripwire is not null) await _tripwire.Ask<TripwireStatus>(GetTripwireStatus.Instance, StartPatience);
        if (_cookies is not null)
        {
            var rules = ChallengeSetup.RulesOf(_options);
            _challenge = _system.ActorOf(
                ChallengeActor.PropsFor(new ChallengeSettings(
                    new KernelChallenge(rules), () => new KernelTripwireLog(rules.LogGroup, rules.ProofGroup), () => ChallengeSetup.PortsOf(_options, _host),
                    _cookies, Policy, _boundPorts, _notices, Time)),
                "challenge");
            await _challenge.Ask<ChallengeStatus>(GetChallengeStatus.Instance, StartPatience);
        }
        _notices.Tell(NoticeText.Active(Now), ActorRefs.NoSender);
        return true;
    }

    /// <summary>By a signal or an operator, on any thread.</summary>
    public void Reload(PortSentryOptions options)
    {
        lock (_reloading)
        {
            Policy.Replace(options.Detection, options.Response);
            Ignored.Configure(options.Ignore);
            _options = options;
            _traps.Replace(options);
            var former = _responders;
            _responders = ResponderSet.Create(options, _loggers, Time, former);
            Response.Tell(new RespondersChanged(_responders.HandoversFrom(former)), ActorRefs.NoSender);
            _notices.Tell(ReportersChanged.Instance, ActorRefs.NoSender);
            _boundPorts?.Tell(RebindPorts.Instance, ActorRefs.NoSender);
        }
        DaemonLog.Reloaded(_logger);
    }

    public async Task<StatusReport> StatusAsync()
    {
        var captures = _watch is null ? Task.FromResult(new CaptureStatuses([])) : _watch.Ask<CaptureStatuses>(GetCaptureStatus.Instance, StatusPatience);
        var response = Response.Ask<ResponseStatus>(GetResponseStatus.Instance, StatusPatience);
        var notices = _notices.Ask<ResponseStatus>(GetResponseStatus.Instance, StatusPatience);
        var region = Region.Ask<RegionStatus>(GetRegionStatus.Instance, StatusPatience);
        await Task.WhenAll(captures, response, notices, region);
        InterfaceReport[] interfaces = [.. captures.Result.All.Select(StatusMaker.Of)];
        List<PartReport> responders = [.. response.Result.Responders.Select(StatusMaker.Of)];
        if (_tripwire is not null && Policy.Response.Enforce)
            responders.Add(StatusMaker.Of(await _tripwire.Ask<TripwireStatus>(GetTripwireStatus.Instance, StatusPatience)));
        if (_challenge is not null && Policy.Response.Enforce)
            responders.Add(StatusMaker.Of(await _challenge.Ask<ChallengeStatus>(GetChallengeStatus.Instance, StatusPatience)));
        PartReport[] reporters = [.. notices.Result.Responders.Select(StatusMaker.Of)];
        var journal = StatusMaker.Of(Journal, _journalHealth);
        return new StatusReport(
            VersionCommand.Version, Environment.ProcessId, _started.ToString(), Policy.Response.Enforce, interfaces, [.. responders], reporters,
            journal, response.Result.Active, region.Result.Live,
            StatusMaker.Faults(interfaces, [.. responders, .. reporters, journal], response.Result, Ignored.Error, _host.LastFailure))
        {
            Memory = new MemoryReport(Environment.WorkingSet >> 20, MemoryBound.Of(_options).With(interfaces.Length) >> 20),
        };
    }

    /// <summary>Lifts every block and takes everything of ours out.</summary>
    public async Task<Answer> FlushAsync(TimeSpan patience, CancellationToken stop)
    {
        if (_tripwire is not null) await _tripwire.Ask<Answer>(FlushTripwire.Instance, patience, stop);
        if (_challenge is not null) await _challenge.Ask<Answer>(FlushChallenge.Instance, patience, stop);
        return await Response.Ask<Answer>(new FlushAll("operator"), patience, stop);
    }

    public async ValueTask DisposeAsync()
    {
        _housekeeping.Dispose();
        _notices.Tell(NoticeText.ShuttingDown(Now), ActorRefs.NoSender);
        // First: it must not hold anybody while nobody can release him.
        if (_tripwire is not null) await _tripwire.GracefulStop(StopPatience);
        if (_challenge is not null) await _challenge.GracefulStop(StopPatience);
        if (_watch is not null) await _watch.GracefulStop(StopPatience);
        _links.Dispose();
        await _notices.Ask<NoticesDelivered>(DeliverNotices.Instance, StopPatience).ContinueWith(static _ => { }, TaskScheduler.Default);
        await Task.WhenAny(_system.Terminate(), Task.Delay(StopPatience));
        foreach (var part in (IEnumerable<IAsyncDisposable>)[.. _responders.Blocks, .. _responders.Notices]) await part.DisposeAsync();
        _protection.Dispose();
        Ignored.Dispose();
        _host.Dispose();
        Journal.Dispose();
    }

    private static async Task<bool> InTimeAsync(Task answer)
    {
        try
        {
            await answer;
            return true;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    private CaptureSettings CaptureOf(string name)
    {
        var options = _options;
        return new CaptureSettings(name, () => _capture.Open(name), VantageOf(options), options.Gate, _gates.Open(), Region, _notices, Time)
        {
            Refilter = _capture.Refilter,
            Witness = _witness,
            Turns = ActorRuntime.Turns,
        };
    }

    private HostVantage VantageOf(PortSentryOptions options) => new(_host, options.Home.Networks, options.Home.Kind == HomeKind.Any, Ignored, _traps, _cookies);

    private void OnLinksChanged()
    {
        _host.RefreshSoon();
        _watch?.Tell(LinksChanged.Instance, ActorRefs.NoSender);
    }
}
