using PortSentry.Actors.Sources;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Actors.Capture;

/// <summary>What listens to an interface: packets in, facts out, and the gate's commands in between. Nothing here waits for an actor.</summary>
internal sealed class CaptureLoop : IPacketHandler, IFactSink
{
    // Between two looks at the command queue: the queue's lock-free check is cheap, but not free.
    private const int PacketsPerLook = 64;

    // Packets of one interface are never so far out of order: a clock that is so far behind was set back.
    private const long ClockWasSet = 10_000_000_000;

    private readonly CaptureSettings _settings;
    private readonly IPacketSource _source;
    private readonly Gate _gate;
    private readonly PacketClassifier _classifier;
    private readonly Lookout _lookout;
    private int _sinceLook;
    private bool _leaves;

    private CaptureLoop(CaptureSettings settings, IPacketSource source, IActorRef owner, CancellationToken stop)
    {
        _settings = settings;
        _source = source;
        _gate = new Gate(settings.Gate, settings.Vantage, this, settings.Commands.Served);
        _classifier = new PacketClassifier(_gate);
        settings.Commands.Restore(_gate);
        _lookout = new Lookout($"capture {settings.Interface}", () => Listen(owner, stop), settings.Turns);
    }

    public IPacketSource Source => _source;

    public CaptureStatistics Statistics => _source.Statistics;

    public GateCounters Counters => _gate.Read();

    public IReadOnlyList<LoudContact> Loud => _gate.Loud.Current;

    /// <exception cref="IOException">The interface cannot be opened.</exception>
    public static CaptureLoop Start(CaptureSettings settings, IActorRef owner, CancellationToken stop)
    {
        var loop = new CaptureLoop(settings, settings.OpenSource(), owner, stop);
        loop._lookout.Start();
        return loop;
    }

    /// <summary>Waits until nobody listens; that is soon after the stop was asked for.</summary>
    public void Join() => _lookout.Join();

    public void Handle(LinkType link, long timestampNanoseconds, ReadOnlySpan<byte> frame, int originalLength)
    {
        if (++_sinceLook >= PacketsPerLook) Look(timestampNanoseconds);
        _settings.Witness?.See(link, frame);
        _classifier.Take(link, timestampNanoseconds, frame, originalLength);
    }

    public long Idle(long nowNanoseconds)
    {
        Look(nowNanoseconds);
        // The next packet may be a while away, and whom it is of may be blocked or forgiven meanwhile.
        _sinceLook = PacketsPerLook;
        _gate.Advance(nowNanoseconds);
        _leaves = _lookout.IsRelieved();
        return _leaves ? IPacketHandler.Leave : _gate.NextDue;
    }

    public void Take(in Fact fact) => _settings.Region.Tell(new FactSeen(fact));

    public void TakeShared(Prefix network, in Fact fact) => _settings.Region.Tell(new SharedFactSeen(network, fact));

    private void Look(long now)
    {
        _sinceLook = 0;
        if (now < _gate.Now - ClockWasSet) _gate.SetBack(now);
        _settings.Commands.ApplyTo(_gate);
    }

    private bool Listen(IActorRef owner, CancellationToken stop)
    {
        string? error = null;
        _leaves = false;
        try
        {
            _source.Run(this, stop);
            if (_leaves && !stop.IsCancellationRequested) return true;
        }
        catch (IOException exception)
        {
            error = exception.Message;
        }
        _source.Dispose();
        _gate.Dispose();
        if (!stop.IsCancellationRequested) owner.Tell(new Ended(error), ActorRefs.NoSender);
        return false;
    }

    internal sealed record Ended(string? Error);
}
