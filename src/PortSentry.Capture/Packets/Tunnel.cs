using System.Buffers.Binary;
using PortSentry.Core;

namespace PortSentry.Capture.Packets;

/// <summary>Finds the packet inside a tunnel.</summary>
internal static class Tunnel
{
    private const ushort VxlanPort = 4789;
    private const ushort TransparentEthernet = 0x6558;

    /// <param name="bytes">From the transport header (for IP-in-IP, from the inner IP header).</param>
    public static bool TryOpen(IpProtocol protocol, ushort destinationPort, ReadOnlySpan<byte> bytes, out LinkType link, out ReadOnlySpan<byte> inner)
    {
        link = LinkType.Raw;
        inner = default;
        switch (protocol)
        {
            // RFC 2003 and RFC 4213 3: the inner IP header follows at once.
            case IpProtocol.IpInIp: link = LinkType.Ipv4; inner = bytes; break;
            case IpProtocol.Ipv6: link = LinkType.Ipv6; inner = bytes; break;
            case IpProtocol.Gre: return TryOpenGre(bytes, out link, out inner);
            // RFC 7348 5: flags with the I bit, 24 bits of network identifier, an Ethernet frame.
            case IpProtocol.Udp when destinationPort == VxlanPort && bytes.Length > 16 && (bytes[8] & 0x08) != 0:
                link = LinkType.Ethernet;
                inner = bytes[16..];
                break;
        }

        return !inner.IsEmpty;
    }

    // RFC 2784 2, RFC 2890 2: C, K and S each add four bytes. RFC 2784 2.3: with any other of the upper five bits, or
    // with a version, the packet is for somebody else (version 1 is PPTP).
    private static bool TryOpenGre(ReadOnlySpan<byte> bytes, out LinkType link, out ReadOnlySpan<byte> inner)
    {
        link = LinkType.Raw;
        inner = default;
        if (bytes.Length < 4) return false;
        int flags = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if ((flags & 0x4C07) != 0) return false;
        var header = 4 + ((flags & 0x8000) != 0 ? 4 : 0) + ((flags & 0x2000) != 0 ? 4 : 0) + ((flags & 0x1000) != 0 ? 4 : 0);
        if (bytes.Length <= header) return false;
        switch (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]))
        {
            case LinkHeader.EtherTypeIpv4: link = LinkType.Ipv4; break;
            case LinkHeader.EtherTypeIpv6: link = LinkType.Ipv6; break;
            case TransparentEthernet: link = LinkType.Ethernet; break;
            default: return false;
        }

        inner = bytes[header..];
        return true;
    }
}
