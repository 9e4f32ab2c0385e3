using System.Buffers.Binary;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Netlink;

namespace PortSentry.Capture.LocalView;

/// <summary>
/// The kernel's sockets by sock_diag(7). The kernel selects by state, so a host with a million connections and ten listening
/// sockets answers with ten.
/// </summary>
internal sealed class SocketTable(NetlinkSocket netlink)
{
    private const ushort SOCK_DIAG_BY_FAMILY = 20;
    private const byte AF_INET = 2;
    private const byte AF_INET6 = 10;

    // include/net/tcp_states.h; an unconnected UDP socket is "closed", a connected one "established" (and deaf to others).
    private const int TCP_ESTABLISHED = 1;
    private const int TCP_CLOSE = 7;
    private const int TCP_LISTEN = 10;

    // struct inet_diag_req_v2: family, protocol, extensions, pad, states; then struct inet_diag_sockid of 48 bytes.
    private const int RequestLength = 56;

    // struct inet_diag_msg: family, state, timer, retransmits, the sockid (ports, source, destination), …
    private const int AnswerLength = 72;

    /// <exception cref="NetlinkException">The kernel has no such table.</exception>
    public ListeningPorts ReadListening(IpProtocol protocol)
    {
        var ports = new ListeningPorts();
        var state = protocol == IpProtocol.Udp ? TCP_CLOSE : TCP_LISTEN;
        Read(protocol, 1u << state, 0, (port, local, _) => ports.Add(port, local));
        return ports;
    }

    /// <summary>Who has an established TCP connection to one of these local ports.</summary>
    public IReadOnlyCollection<Address> ReadPeers(IEnumerable<ushort> localPorts)
    {
        HashSet<Address> peers = [];
        foreach (var localPort in localPorts)
            Read(IpProtocol.Tcp, 1u << TCP_ESTABLISHED, localPort, (port, _, peer) =>
            {
                if (port == localPort) peers.Add(peer);
            });
        return peers;
    }

    /// <param name="isServed">Whether somebody listens on a local port.</param>
    public ConnectedPeers ReadPeers(Func<ushort, bool> isServed)
    {
        HashSet<Address> called = [], clients = [];
        Read(IpProtocol.Tcp, 1u << TCP_ESTABLISHED, 0, (port, _, peer) => (isServed(port) ? clients : called).Add(peer));
        return new ConnectedPeers(called, clients);
    }

    private void Read(IpProtocol protocol, uint states, ushort localPort, Action<ushort, Address, Address> add)
    {
        Span<byte> request = stackalloc byte[RequestLength];
        foreach (var family in (ReadOnlySpan<byte>)[AF_INET, AF_INET6])
        {
            request.Clear();
            request[0] = family;
            request[1] = (byte)protocol;
            BitConverter.TryWriteBytes(request[4..], states);
            // Not zero: the kernel answers with the sockets of this port only.
            BinaryPrimitives.WriteUInt16BigEndian(request[8..], localPort);
            netlink.Dump(SOCK_DIAG_BY_FAMILY, request, "list sockets", message =>
            {
                var body = message.Payload;
                if (message.Type != SOCK_DIAG_BY_FAMILY || body.Length < AnswerLength) return;
                var length = body[0] == AF_INET ? 4 : 16;
                add(
                    BinaryPrimitives.ReadUInt16BigEndian(body[4..]),
                    Address.FromBytes(body.Slice(8, length)),
                    Address.FromBytes(body.Slice(24, length)));
            });
        }
    }
}
