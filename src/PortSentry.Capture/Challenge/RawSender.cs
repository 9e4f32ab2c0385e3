using System.Net;
using System.Net.Sockets;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Challenge;

/// <summary>Sends whole IP packets (raw(7) with IPPROTO_RAW), in the network namespace of the thread that opens it. Never waits. One thread uses it.</summary>
public sealed class RawSender : IDisposable
{
    private readonly Socket _v4;
    private readonly Socket? _v6;

    /// <exception cref="IOException">It needs root or CAP_NET_RAW.</exception>
    public RawSender()
    {
        try
        {
            _v4 = Open(AddressFamily.InterNetwork);
            _v6 = Socket.OSSupportsIPv6 ? Open(AddressFamily.InterNetworkV6) : null;
        }
        catch (SocketException refusal)
        {
            _v4?.Dispose();
            throw new IOException($"raw sockets are refused: {refusal.Message}; run as root or give CAP_NET_RAW", refusal);
        }
    }

    /// <returns>False where it was dropped: no route, no room, or a link-local address, whose link is not known here.</returns>
    public bool TrySend(ReadOnlySpan<byte> packet, Address to)
    {
        if ((to.IsV4 ? _v4 : _v6) is not { } socket) return false;
        try
        {
            return socket.SendTo(packet, SocketFlags.None, new IPEndPoint(to.ToIPAddress(), 0)) == packet.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _v4.Dispose();
        _v6?.Dispose();
    }

    private static Socket Open(AddressFamily family) => new(family, SocketType.Raw, ProtocolType.Raw) { Blocking = false };
}
