using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Actors.Tripwire;

/// <summary>
/// Makes a fact of a packet that the kernel's rules found to have no socket, or of a RST that gave up a tool's half-open connection: the
/// kernel's word replaces the wait for an answer.
/// </summary>
public static class TripwireFact
{
    private const TcpFlags Meaning = TcpFlags.Fin | TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Psh | TcpFlags.Ack | TcpFlags.Urg;

    private const TcpFlags Control = TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Fin | TcpFlags.Rst;

    /// <param name="packet">From the IP header on.</param>
    public static bool TryRead(ReadOnlySpan<byte> packet, Instant at, out Fact fact)
    {
        fact = default;
        if (PacketView.TryRead(LinkType.Raw, packet, packet.Length, out var view) != Malformed.None || view.IsLaterFragment) return false;
        var traits = (view.HasIpOptions ? Traits.IpOptions : Traits.None) | (view.IsFragment ? Traits.Fragmented : Traits.None);
        var (kind, outcome, flags) = (ProbeKind.IpProtocol, Outcome.Unserved, (byte)0);
        var port = (ushort)view.Protocol;
        switch (view.Protocol)
        {
            // The contact was the SYN before it, which no stack had sent.
            case IpProtocol.Tcp when view.HasPorts && (view.TcpFlags & Control) == TcpFlags.Rst:
                (kind, outcome, flags, port) = (ProbeKind.TcpSyn, Outcome.HalfOpen, (byte)TcpFlags.Syn, view.DestinationPort);
                break;
            case IpProtocol.Tcp when view.HasPorts:
                port = view.DestinationPort;
                flags = (byte)view.TcpFlags;
                kind = KindOf(view);
                // What the kernel refuses an ACK with is a RST; that it found no socket says as much.
                outcome = kind.IsStealth() ? Outcome.Odd : kind is ProbeKind.TcpAck or ProbeKind.TcpMaimon ? Outcome.Refused : Outcome.Unserved;
                if (kind.IsStealth() && (view.PayloadLength > 0 || view.IsFragment)) traits |= Traits.Laden;
                break;
            case IpProtocol.Udp when view.HasPorts:
                (kind, port) = (ProbeKind.Udp, view.DestinationPort);
                break;
            case IpProtocol.Sctp when view.HasPorts:
                (kind, port) = (view.SctpChunkType == 10 ? ProbeKind.SctpCookieEcho : ProbeKind.SctpInit, view.DestinationPort);
                break;
            case IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp:
                return false;
        }
        fact = new Fact(view.Source, view.Destination, view.Protocol, port, kind, outcome, traits, flags, Proven: false, Credit: 0, Packets: 1, at, at);
        return true;
    }

    private static ProbeKind KindOf(in PacketView view)
    {
        var flags = view.TcpFlags & Meaning;
        return (flags & Control) switch
        {
            TcpFlags.Syn => view.HasStackOptions ? ProbeKind.TcpConnect : ProbeKind.TcpSyn,
            TcpFlags.Ack => ProbeKind.TcpAck,
            TcpFlags.Ack | TcpFlags.Fin => ProbeKind.TcpMaimon,
            _ => flags switch
            {
                TcpFlags.None => ProbeKind.TcpNull,
                TcpFlags.Fin => ProbeKind.TcpFin,
                TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg => ProbeKind.TcpXmas,
                _ => ProbeKind.TcpOther,
            },
        };
    }
}
