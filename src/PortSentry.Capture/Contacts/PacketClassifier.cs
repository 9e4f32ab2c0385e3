using System.Buffers.Binary;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>Turns packets into contacts: reads the frame, drops what can't be evidence, hands the rest to its protocol.</summary>
public sealed class PacketClassifier
{
    private readonly Gate _gate;
    private readonly TcpClassifier _tcp;
    private readonly UdpClassifier _udp;
    private readonly SctpClassifier _sctp;
    private readonly IcmpClassifier _icmp;
    private readonly ProtocolClassifier _protocol;
    private readonly FragmentHeads _heads = new();
    private readonly SettledFlows _settled;
    private readonly Lookahead _ahead;

    public PacketClassifier(Gate gate)
    {
        _gate = gate;
        _settled = gate.Settled;
        _ahead = new Lookahead(gate);
        _tcp = new TcpClassifier(gate);
        _udp = new UdpClassifier(gate);
        _sctp = new SctpClassifier(gate);
        _icmp = new IcmpClassifier(gate);
        _protocol = new ProtocolClassifier(gate);
    }

    /// <param name="time">Packet time, nanoseconds since the Unix epoch.</param>
    /// <param name="frame">As captured, from the link header on.</param>
    public void Take(LinkType link, long time, ReadOnlySpan<byte> frame, int originalLength)
    {
        _gate.Counters.Packets++;
        _gate.Advance(time);
        Take(link, frame, originalLength);
    }

    /// <summary>Frames in order, each as if taken alone.</summary>
    public void Take(LinkType link, ReadOnlySpan<byte> window, ReadOnlySpan<FrameRecord> frames)
    {
        _gate.Counters.Packets += frames.Length;
        var flows = _ahead.Over(link, window, frames);
        for (var i = 0; i < flows.Length; i++)
        {
            ref readonly var frame = ref frames[i];
            _gate.Advance(frame.Time);
            if (flows[i] == 0 || !_settled.Contains(flows[i])) Take(link, window.Slice(frame.Offset, frame.Length), frame.OriginalLength);
        }
    }

    private void Take(LinkType link, ReadOnlySpan<byte> frame, int originalLength)
    {
        var verdict = PacketView.TryRead(link, frame, originalLength, out var packet);
        if (verdict == Malformed.None) Take(packet);
        else if (verdict == Malformed.NotIp) _gate.Counters.Other++;
        else _gate.Counters.Malformed++;
    }

    private void Take(in PacketView packet)
    {
        if (packet.Protocol == IpProtocol.Tcp && IsPlainData(packet))
        {
            TakePlainData(packet);
            return;
        }
        if (packet.TryReadInner(out var inner)) Take(inner);
        var source = packet.Source;
        var destination = packet.Destination;
        // Nobody scans a group; and what comes from nobody, or from the target itself, names no source.
        if (packet.IsLinkMulticast || destination.IsMulticast || destination.IsLimitedBroadcast || source.IsMulticast
            || source.IsLimitedBroadcast || source.IsUnspecified || destination.IsUnspecified || source == destination)
        {
            _gate.Counters.Other++;
            if (packet.Protocol == IpProtocol.Udp && packet.HasTransport && !source.IsUnspecified) _udp.TakeGroup(packet);
            return;
        }

        var traits = TraitsOf(packet);
        switch (packet.Protocol)
        {
            case IpProtocol.Tcp:
                TakeTcp(packet, traits);
                break;
            case IpProtocol.Udp:
                if (packet.HasTransport) _udp.Take(packet, traits);
                break;
            case IpProtocol.Sctp:
                if (packet.HasTransport) _sctp.Take(packet, traits);
                break;
            case IpProtocol.Icmp or IpProtocol.Icmpv6:
                _icmp.Take(packet);
                break;
            case IpProtocol.NoNext or IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Fragment:
                _gate.Counters.Other++;
                break;
            default:
                if (!packet.IsLaterFragment) _protocol.Take(packet, traits);
                break;
        }
    }

    private static bool IsPlainData(in PacketView packet) =>
        (packet.TcpFlags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Ack)) == TcpFlags.Ack && packet.HasTransport && !packet.IsFragment;

    private static bool IsOpeningOrOdd(TcpFlags flags) =>
        (flags & TcpFlags.Ack) == 0 || ((flags & TcpFlags.Syn) != 0 && (flags & (TcpFlags.Fin | TcpFlags.Rst)) != 0);

    private void TakePlainData(in PacketView packet)
    {
        var (source, destination) = (packet.Source, packet.Destination);
        var flow = _settled.HashOf(source, destination, packet.SourcePort, packet.DestinationPort);
        if (_settled.Contains(flow)) return;
        if (source == destination || destination.IsMulticast || source.IsUnspecified) return;
        var segment = new Segment(
            source, destination, packet.SourcePort, packet.DestinationPort, packet.TcpFlags, packet.Sequence, packet.Acknowledgement,
            packet.PayloadLength, packet.PayloadLength == 0 && packet.HasStackOptions, TraitsOf(packet));
        if (_tcp.TakeAck(segment)) _settled.Add(flow);
    }

    private void TakeTcp(in PacketView packet, Traits traits)
    {
        if (packet.HasTransport && packet.HasTcpFlags)
        {
            if (packet.IsLaterFragment) return;
            // A later fragment may write over these flags (RFC 1858 "overlapping fragment").
            if (packet.IsFragment) _heads.Keep(packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort, packet.Sequence);
            var flags = packet.TcpFlags;
            // No host may send a TTL of 0 (RFC 1122 3.2.1.7), and no router passes it on.
            if (packet.PayloadLength > 0 || packet.IsFragment || packet.HopLimit == 0) traits |= Traits.Laden;
            if ((flags & TcpFlags.Syn) != 0) _settled.Remove(_settled.HashOf(packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort));
            if (IsOpeningOrOdd(flags) && packet.VerifyTransportChecksum() == ChecksumVerdict.Bad) traits |= Traits.BadChecksum;
            _tcp.Take(new Segment(
                packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort, flags, packet.Sequence, packet.Acknowledgement,
                packet.PayloadLength, (flags & (TcpFlags.Syn | TcpFlags.Ack)) is TcpFlags.Syn or TcpFlags.Ack && packet.HasStackOptions, traits));
        }
        else if (packet.HasPorts && packet.IsFragment && !packet.IsLaterFragment)
            _heads.Keep(packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort, packet.Sequence);
        else if (packet.FragmentOffset == 8) TakeSecondFragment(packet, traits);
    }

    // RFC 9293 3.1 from byte 8 on: acknowledgement number, data offset, flags.
    private void TakeSecondFragment(in PacketView packet, Traits traits)
    {
        var rest = packet.TransportBytes;
        if (rest.Length < 6 || !_heads.TryTake(packet.Source, packet.Destination, out var head)) return;
        _tcp.Take(new Segment(
            head.Source, head.Destination, head.SourcePort, head.DestinationPort, (TcpFlags)rest[5], head.Sequence,
            BinaryPrimitives.ReadUInt32BigEndian(rest), 0, false, traits | Traits.TinyFragment));
    }

    private static Traits TraitsOf(in PacketView packet) =>
        (packet.HasIpOptions ? Traits.IpOptions : Traits.None)
        | (packet.IsFragment ? Traits.Fragmented : Traits.None)
        | (packet.IsTunnelled ? Traits.Tunnelled : Traits.None);
}
