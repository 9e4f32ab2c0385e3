using System.Buffers.Binary;

namespace PortSentry.Capture.Packets;

/// <summary>Networks other than Ethernet and wireless, and Solaris' view of its own.</summary>
internal static class LocalAreaHeader
{
    private const int InfiniBandAddresses = 40;

    public static Malformed TryRead(LinkType link, ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network) => link switch
    {
        LinkType.Fddi => ReadFddi(frame, ref offset, ref network),
        // RFC 4338 4: 16 bytes of network header, then LLC.
        LinkType.IpOverFibreChannel => ReadType(frame, LinkHeader.Llc, 16, ref offset, ref network),
        LinkType.ArcnetLinux => ReadArcnet(frame, ref offset, ref network),
        // LINKTYPE_APPLE_IP_OVER_IEEE1394: two addresses of 8 bytes, EtherType.
        LinkType.AppleFireWire => ReadType(frame, 18, ref offset, ref network),
        LinkType.IpOverInfiniBand => ReadInfiniBand(frame, ref offset, ref network),
        LinkType.IpNet => ReadIpNet(frame, ref offset, ref network),
        _ => Malformed.UnsupportedLink,
    };

    private static Malformed ReadType(ReadOnlySpan<byte> frame, ushort type, int header, ref int offset, ref NetworkLayer network)
    {
        if (frame.Length < header) return Malformed.Truncated;
        offset = header;
        return LinkHeader.FollowEtherType(frame, type, ref offset, ref network);
    }

    private static Malformed ReadType(ReadOnlySpan<byte> frame, int header, ref int offset, ref NetworkLayer network) =>
        frame.Length < header
            ? Malformed.Truncated
            : ReadType(frame, BinaryPrimitives.ReadUInt16BigEndian(frame[(header - 2)..]), header, ref offset, ref network);

    // ANSI X3.139: frame control (0x50 to 0x5F carries LLC), two addresses of 6 bytes.
    private static Malformed ReadFddi(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        if (frame.Length < 13) return Malformed.Truncated;
        return (frame[0] & 0xF0) == 0x50 ? ReadType(frame, LinkHeader.Llc, 13, ref offset, ref network) : Malformed.NotIp;
    }

    // LINKTYPE_ARCNET_LINUX: source, destination, offset, protocol. RFC 1201 2.1 and RFC 2497 add a split flag (0: whole, odd: the
    // first of several) and a number; RFC 1051 adds nothing.
    private static Malformed ReadArcnet(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        if (frame.Length < 8) return Malformed.Truncated;
        switch (frame[4])
        {
            case 240: offset = 5; network = NetworkLayer.Ipv4; return Malformed.None;
            case 212: offset = 8; network = NetworkLayer.Ipv4; break;
            case 196: offset = 8; network = NetworkLayer.Ipv6; break;
            default: return Malformed.NotIp;
        }

        return frame[5] == 0 || ((frame[5] & 1) != 0 && frame[5] != 0xFF) ? Malformed.None : Malformed.NotIp;
    }

    // RFC 4391 6: EtherType and two zero bytes. Captures made by tcpdump have 40 bytes of addresses before them.
    private static Malformed ReadInfiniBand(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        if (frame.Length < 4) return Malformed.Truncated;
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame);
        if (type is LinkHeader.EtherTypeIpv4 or LinkHeader.EtherTypeIpv6) return ReadType(frame, type, 4, ref offset, ref network);
        if (frame.Length < InfiniBandAddresses + 4) return Malformed.Truncated;
        return ReadType(frame, BinaryPrimitives.ReadUInt16BigEndian(frame[InfiniBandAddresses..]), InfiniBandAddresses + 4, ref offset, ref network);
    }

    // LINKTYPE_IPNET: version, Solaris' address family, and 22 bytes about interfaces and zones.
    private static Malformed ReadIpNet(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        if (frame.Length < 24) return Malformed.Truncated;
        offset = 24;
        switch (frame[1])
        {
            case 2: network = NetworkLayer.Ipv4; return Malformed.None;
            case 26: network = NetworkLayer.Ipv6; return Malformed.None;
            default: return Malformed.NotIp;
        }
    }
}
