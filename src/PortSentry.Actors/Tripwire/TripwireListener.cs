using PortSentry.Core;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Actors.Tripwire;

/// <summary>The thread that waits for the kernel's reports and makes facts of them.</summary>
internal sealed class TripwireListener : IDisposable
{
    private readonly ITripwireLog _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;

    /// <exception cref="IOException">The log cannot be opened.</exception>
    public TripwireListener(TripwireSettings settings, IActorRef owner)
    {
        _log = settings.OpenLog();
        _thread = new Thread(() => Run(settings, owner)) { Name = "tripwire", IsBackground = true };
        _thread.Start();
    }

    public long Lost => _log.Lost;

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _log.Dispose();
        _stop.Dispose();
    }

    private void Run(TripwireSettings settings, IActorRef owner)
    {
        var error = "it ended";
        try
        {
            _log.Run(
                (isHold, packet) =>
                {
                    if (TripwireFact.TryRead(packet, Instant.From(settings.Time.GetUtcNow()), out var fact)) owner.Tell(new ContactReported(fact, isHold), ActorRefs.NoSender);
                },
                _stop.Token);
        }
        catch (IOException failure)
        {
            error = failure.Message;
        }
        if (!_stop.IsCancellationRequested) owner.Tell(new Ended(this, error), ActorRefs.NoSender);
    }

    internal sealed record Ended(TripwireListener Listener, string Error);
}
