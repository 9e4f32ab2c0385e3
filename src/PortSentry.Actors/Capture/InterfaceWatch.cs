namespace PortSentry.Actors.Capture;

/// <summary>
/// The parent of the captures: one for each interface that is wanted. It starts one for an interface that comes, stops that of one that is
/// gone, and lets those wait at once that are down (<see cref="CaptureActor"/> retries by itself; a change of the links makes it try now).
/// </summary>
public sealed class InterfaceWatch : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(10);

    // Links change in bursts: an address, a flag, a route each say so.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(50);

    private readonly InterfaceWatchSettings _settings;
    private readonly Dictionary<string, (IActorRef Capture, CaptureSettings Settings)> _captures = new(StringComparer.Ordinal);
    private int _started;

    public InterfaceWatch(InterfaceWatchSettings settings)
    {
        _settings = settings;
        Receive<LinksChanged>(_ =>
        {
            if (!Timers.IsTimerActive("update")) Timers.StartSingleTimer("update", Update.Instance, Settle);
        });
        Receive<Update>(_ =>
        {
            Follow();
            foreach (var (capture, _) in _captures.Values) capture.Tell(LinksChanged.Instance);
        });
        Receive<AwaitCapture>(request => GatherAsync(request).PipeTo(Sender));
        Receive<GetCaptureStatus>(request => GatherAsync(request).PipeTo(Sender));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(InterfaceWatchSettings settings) => Props.Create(() => new InterfaceWatch(settings));

    protected override void PreStart() => Follow();

    private void Follow()
    {
        IReadOnlyList<string> wanted;
        try
        {
            wanted = _settings.Wanted([.. _captures.Keys]);
        }
        catch (IOException)
        {
            // The kernel did not say; the next change asks again.
            Timers.StartSingleTimer("update", Update.Instance, AskPatience);
            return;
        }

        foreach (var name in _captures.Keys.Except(wanted).ToArray())
        {
            if (!_captures.Remove(name, out var gone)) continue;
            Context.Stop(gone.Capture);
            _settings.Closed(gone.Settings);
        }

        foreach (var name in wanted.Where(name => !_captures.ContainsKey(name)))
        {
            var settings = _settings.Open(name);
            // Numbered, for the one of the same name before may still be stopping.
            _captures[name] = (Context.ActorOf(CaptureActor.PropsFor(settings), $"capture-{++_started}-{name}"), settings);
        }
    }

    private async Task<CaptureStatuses> GatherAsync(object request) =>
        new(await Task.WhenAll(_captures.Values.Select(one => one.Capture.Ask<CaptureStatus>(request, AskPatience))));

    private sealed record Update
    {
        public static readonly Update Instance = new();
    }
}

/// <param name="Wanted">The names to watch now, given those watched so far.</param>
/// <param name="Open">Settings for one more interface.</param>
/// <param name="Closed">An interface is watched no more.</param>
public sealed record InterfaceWatchSettings(
    Func<IReadOnlyCollection<string>, IReadOnlyList<string>> Wanted, Func<string, CaptureSettings> Open, Action<CaptureSettings> Closed);

/// <summary>An interface came, went, or changed its state or address.</summary>
public sealed record LinksChanged
{
    public static readonly LinksChanged Instance = new();
}

/// <summary>The answer of <see cref="InterfaceWatch"/> to <see cref="AwaitCapture"/> and <see cref="GetCaptureStatus"/>.</summary>
public sealed record CaptureStatuses(IReadOnlyList<CaptureStatus> All);
