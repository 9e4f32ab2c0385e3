using System.Buffers.Binary;
using PortSentry.Capture.Packets;
using PortSentry.Core;

namespace PortSentry.Capture.Challenge;

/// <summary>A SYN-ACK as a whole IP packet (RFC 791 3.1, RFC 8200 3, RFC 9293 3.1): 44 bytes over IPv4, 64 over IPv6.</summary>
public static class SynAck
{
    public const int MaxBytes = 64;

    private const int Ipv4Header = 20, Ipv6Header = 40, TcpBytes = 24;
    private const byte HopLimit = 64;

    /// <returns>The bytes written.</returns>
    public static int Write(Span<byte> packet, in Flow flow, uint sequence, uint acknowledgement)
    {
        var isV4 = flow.Own.IsV4;
        var start = isV4 ? Ipv4Header : Ipv6Header;
        packet = packet[..(start + TcpBytes)];
        packet.Clear();
        WriteTcp(packet[start..], flow, sequence, acknowledgement, mss: (ushort)(1500 - start - 20));
        if (isV4) WriteIpv4(packet, flow);
        else WriteIpv6(packet, flow);
        BinaryPrimitives.WriteUInt16BigEndian(packet[(start + 16)..], TransportChecksum.Make(packet, start, IpProtocol.Tcp, !isV4));
        return packet.Length;
    }

    private static void WriteTcp(Span<byte> segment, in Flow flow, uint sequence, uint acknowledgement, ushort mss)
    {
        BinaryPrimitives.WriteUInt16BigEndian(segment, flow.OwnPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], flow.PeerPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], acknowledgement);
        segment[12] = TcpBytes / 4 << 4;
        segment[13] = (byte)(TcpFlags.Syn | TcpFlags.Ack);
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], 64_240); // as Linux does: the window shall not give us away
        segment[20] = 2; // maximum segment size (RFC 9293 3.7.1)
        segment[21] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(segment[22..], mss);
    }

    private static void WriteIpv4(Span<byte> packet, in Flow flow)
    {
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[6] = 0x40; // do not fragment
        packet[8] = HopLimit;
        packet[9] = (byte)IpProtocol.Tcp;
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], flow.Own.V4);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], flow.Peer.V4);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], TransportChecksum.OfHeader(packet[..Ipv4Header]));
    }

    private static void WriteIpv6(Span<byte> packet, in Flow flow)
    {
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], TcpBytes);
        packet[6] = (byte)IpProtocol.Tcp;
        packet[7] = HopLimit;
        flow.Own.WriteBytes(packet[8..]);
        flow.Peer.WriteBytes(packet[24..]);
    }
}
