using PortSentry.Actors.Classic;
using PortSentry.Capture.Challenge;
using PortSentry.Core;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Actors.Challenge;

/// <summary>The thread that answers the SYNs that the kernel hands over, and tells whose ACK proved him. The kernel's limit is its bound.</summary>
internal sealed class ChallengeListener : IDisposable
{
    private readonly ITripwireLog _log;
    private readonly RawSender _sender;
    private readonly Challenger _challenger;
    private readonly IActorRef _traps;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly byte[] _answer = new byte[SynAck.MaxBytes];
    private long _answers, _proofs, _dropped;

    /// <exception cref="IOException">The kernel's reports or raw sockets cannot be had.</exception>
    public ChallengeListener(ChallengeSettings settings, IActorRef owner)
    {
        (_challenger, _traps) = (new Challenger(settings.Cookies), settings.Traps);
        _sender = new RawSender();
        try
        {
            _log = settings.OpenLog();
        }
        catch (IOException)
        {
            _sender.Dispose();
            throw;
        }
        _thread = new Thread(() => Run(owner)) { Name = "challenge", IsBackground = true };
        _thread.Start();
    }

    public long Answers => Volatile.Read(ref _answers);

    public long Proofs => Volatile.Read(ref _proofs);

    public long Dropped => Volatile.Read(ref _dropped) + _log.Lost;

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _log.Dispose();
        _sender.Dispose();
        _stop.Dispose();
    }

    private void Run(IActorRef owner)
    {
        var error = "it ended";
        try
        {
            _log.Run(Take, static () => false, _stop.Token);
        }
        catch (IOException failure)
        {
            error = failure.Message;
        }
        if (!_stop.IsCancellationRequested) owner.Tell(new Ended(this, error), ActorRefs.NoSender);
    }

    private void Take(bool isAck, ReadOnlySpan<byte> packet)
    {
        if (isAck) Check(packet);
        else Answer(packet);
    }

    private void Answer(ReadOnlySpan<byte> packet)
    {
        var length = _challenger.Answer(packet, _answer, out var flow);
        if (length == 0) return;
        if (_sender.TrySend(_answer.AsSpan(0, length), flow.Peer)) Volatile.Write(ref _answers, _answers + 1);
        else Volatile.Write(ref _dropped, _dropped + 1);
    }

    private void Check(ReadOnlySpan<byte> packet)
    {
        if (!_challenger.IsProof(packet, out var flow)) return;
        Volatile.Write(ref _proofs, _proofs + 1);
        _traps.Tell(new TrapSocket.Reached(flow.Peer, flow.Own, IpProtocol.Tcp, flow.OwnPort), ActorRefs.NoSender);
    }

    internal sealed record Ended(ChallengeListener Listener, string Error);
}
