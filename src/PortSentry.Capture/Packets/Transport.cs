using System.Buffers.Binary;
using PortSentry.Core;

namespace PortSentry.Capture.Packets;

/// <summary>The first bytes of TCP (RFC 9293 3.1), UDP (RFC 768), SCTP (RFC 9260 3), ICMP (RFC 792) and ICMPv6 (RFC 4443 2.1).</summary>
internal static class Transport
{
    private const int TcpMinLength = 20;
    private const int TcpFlagsEnd = 14;
    private const int UdpLength = 8;
    private const int SctpMinLength = 16;
    private const int IcmpMinLength = 8;

    /// <param name="bytes">From the IP header; never longer than <paramref name="length"/>.</param>
    /// <param name="start">Where the transport header begins; may lie behind what was captured.</param>
    /// <param name="length">The IP packet's own length.</param>
    public static Malformed TryRead(
        ReadOnlySpan<byte> bytes, int start, int length, IpProtocol protocol, byte hopLimit, ushort offset,
        PacketTraits traits, out PacketView view)
    {
        var captured = bytes.Length - start;
        var claimed = length - start;
        // Only a whole packet can contradict itself; a first fragment and a quotation end where they end.
        var whole = (traits & (PacketTraits.Fragment | PacketTraits.Quoted)) == 0;
        var flags = TcpFlags.None;
        uint first = 0;

        if (offset == 0 && captured >= 4)
        {
            var header = bytes[start..];
            first = BinaryPrimitives.ReadUInt32BigEndian(header);
            switch (protocol)
            {
                case IpProtocol.Tcp:
                    traits |= PacketTraits.Ports;
                    if (header.Length >= TcpFlagsEnd)
                    {
                        var headerLength = (header[12] >> 4) * 4;
                        if (headerLength < TcpMinLength) return PacketView.Refuse(Malformed.BadHeader, out view);
                        if (whole && headerLength > claimed) return PacketView.Refuse(Malformed.BadLength, out view);
                        flags = (TcpFlags)header[13];
                        traits |= PacketTraits.Transport | PacketTraits.TcpFlags;
                    }
                    else if (whole && claimed < TcpMinLength)
                        return PacketView.Refuse(Malformed.BadLength, out view);
                    else if ((traits & PacketTraits.Quoted) != 0)
                        traits |= PacketTraits.Transport;
                    break;

                case IpProtocol.Udp:
                    if (whole && !IsUdpLengthRight(header, claimed, traits)) return PacketView.Refuse(Malformed.BadLength, out view);
                    traits |= PacketTraits.Ports | PacketTraits.Transport;
                    break;

                case IpProtocol.Sctp:
                    if (whole && claimed < SctpMinLength) return PacketView.Refuse(Malformed.BadLength, out view);
                    traits |= PacketTraits.Ports;
                    if (captured > 12 || (traits & PacketTraits.Quoted) != 0) traits |= PacketTraits.Transport;
                    break;

                case IpProtocol.Icmp or IpProtocol.Icmpv6:
                    if (whole && claimed < IcmpMinLength) return PacketView.Refuse(Malformed.BadLength, out view);
                    traits |= PacketTraits.Transport;
                    break;
            }
        }
        else if (whole && claimed < MinLength(protocol))
            return PacketView.Refuse(Malformed.BadLength, out view);

        view = new PacketView(bytes, start, length, protocol, hopLimit, offset, first, flags, traits);
        return Malformed.None;
    }

    private static bool IsUdpLengthRight(ReadOnlySpan<byte> header, int claimed, PacketTraits traits)
    {
        if (claimed < UdpLength) return false;
        if (header.Length < 6) return true;
        int length = BinaryPrimitives.ReadUInt16BigEndian(header.Slice(4, 2));
        // RFC 2675 4: a UDP jumbogram says 0.
        if (length == 0) return (traits & PacketTraits.V6) != 0;
        return length >= UdpLength && length <= claimed;
    }

    private static int MinLength(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Tcp => TcpMinLength,
        IpProtocol.Udp => UdpLength,
        IpProtocol.Sctp => SctpMinLength,
        IpProtocol.Icmp or IpProtocol.Icmpv6 => IcmpMinLength,
        _ => 0,
    };
}
