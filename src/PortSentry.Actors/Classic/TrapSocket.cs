using System.Net;
using System.Net.Sockets;
using PortSentry.Core;

namespace PortSentry.Actors.Classic;

/// <summary>
/// One bound port and the loop that waits at it. A connection is accepted, told, shown the banner and closed before the next one is
/// taken, so one port holds one connection at a time whatever comes; the kernel's short queue holds the rest.
/// </summary>
internal sealed class TrapSocket : IDisposable
{
    private const int Queue = 16;

    // When the machine is out of descriptors or memory, trying again at once would only burn the processor.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly IpProtocol _protocol;
    private readonly ushort _port;
    private readonly IActorRef _owner;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();

    private TrapSocket(Socket socket, IpProtocol protocol, ushort port, byte[] banner, IActorRef owner, TimeProvider time)
    {
        (_socket, _protocol, _port, Banner, _owner, _time) = (socket, protocol, port, banner, owner, time);
    }

    /// <summary>At most some thousand bytes: it must fit into an empty send buffer, since nobody waits for the other side.</summary>
    public byte[] Banner { get; set; }

    /// <exception cref="SocketException">The port is taken, or we may not have it.</exception>
    public static TrapSocket Open(IpProtocol protocol, ushort port, byte[] banner, IActorRef owner, TimeProvider time)
    {
        var socket = Bound(protocol, port);
        var trap = new TrapSocket(socket, protocol, port, banner, owner, time);
        _ = protocol == IpProtocol.Tcp ? trap.AcceptAsync() : trap.ReceiveAsync();
        return trap;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _stop.Dispose();
    }

    private static Socket Bound(IpProtocol protocol, ushort port)
    {
        var (type, kind) = protocol == IpProtocol.Tcp ? (SocketType.Stream, ProtocolType.Tcp) : (SocketType.Dgram, ProtocolType.Udp);
        // "::" is both families; a host without IPv6 has IPv4 alone.
        var dual = Socket.OSSupportsIPv6;
        var socket = dual ? new Socket(AddressFamily.InterNetworkV6, type, kind) { DualMode = true } : new Socket(AddressFamily.InterNetwork, type, kind);
        try
        {
            if (type == SocketType.Dgram) socket.SetSocketOption(dual ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            socket.Bind(new IPEndPoint(dual ? IPAddress.IPv6Any : IPAddress.Any, port));
            if (type == SocketType.Stream) socket.Listen(Queue);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var peer = await _socket.AcceptAsync(stop);
                Tell(peer.RemoteEndPoint, (peer.LocalEndPoint as IPEndPoint)?.Address);
                Show(peer);
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                if (!await PauseAsync(stop)) return;
            }
        }
    }

    private async Task ReceiveAsync()
    {
        var stop = _stop.Token;
        var datagram = new byte[1]; // what it says is of no interest; the rest is cut
        var any = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveMessageFromAsync(datagram, any, stop);
                Tell(received.RemoteEndPoint, received.PacketInformation.Address);
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                if (!await PauseAsync(stop)) return;
            }
        }
    }

    private void Tell(EndPoint? from, IPAddress? to)
    {
        if (from is IPEndPoint { Address: var source } && to is not null) _owner.Tell(new Reached(Address.From(source), Address.From(to), _protocol, _port), ActorRefs.NoSender);
    }

    // The send buffer of a new connection is empty, so one call takes it all or the other side is gone.
    private void Show(Socket peer)
    {
        var banner = Banner;
        peer.Blocking = false;
        if (banner.Length > 0) peer.Send(banner, SocketFlags.None, out _);
        try
        {
            peer.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Reset by the other side already: a connect scan does that.
        }
    }

    private async Task<bool> PauseAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Pause, _time, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    internal sealed record Reached(Address Source, Address Destination, IpProtocol Protocol, ushort Port);
}
