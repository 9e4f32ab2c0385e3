using PortSentry.Core;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Actors.Tripwire;

/// <summary>Waits for the kernel's reports and makes facts of them.</summary>
internal sealed class TripwireListener : IDisposable
{
    private readonly ITripwireLog _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly TripwireSettings _settings;
    private readonly IActorRef _owner;
    private readonly Lookout _lookout;
    private bool _leaves;

    /// <exception cref="IOException">The log cannot be opened.</exception>
    public TripwireListener(TripwireSettings settings, IActorRef owner)
    {
        (_settings, _owner, _log) = (settings, owner, settings.OpenLog());
        _lookout = new Lookout("tripwire", Listen, settings.Turns);
        _lookout.Start();
    }

    public long Lost => _log.Lost;

    public void Dispose()
    {
        _stop.Cancel();
        _lookout.Join();
        _log.Dispose();
        _stop.Dispose();
    }

    private bool Listen()
    {
        var error = "it ended";
        _leaves = false;
        try
        {
            _log.Run(Take, () => _leaves = _lookout.IsRelieved(), _stop.Token);
            if (_leaves && !_stop.IsCancellationRequested) return true;
        }
        catch (IOException failure)
        {
            error = failure.Message;
        }
        if (!_stop.IsCancellationRequested) _owner.Tell(new Ended(this, error), ActorRefs.NoSender);
        return false;
    }

    private void Take(bool isHold, ReadOnlySpan<byte> packet)
    {
        if (TripwireFact.TryRead(packet, Instant.From(_settings.Time.GetUtcNow()), out var fact)) _owner.Tell(new ContactReported(fact, isHold), ActorRefs.NoSender);
    }

    internal sealed record Ended(TripwireListener Listener, string Error);
}
