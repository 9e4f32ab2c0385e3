using System.Buffers.Binary;

namespace PortSentry.Capture.Packets;

/// <summary>Finds the IP packet behind a link header. One method a link type; the specification stands beside it.</summary>
internal static class LinkHeader
{
    public const ushort EtherTypeIpv4 = 0x0800;
    public const ushort EtherTypeIpv6 = 0x86DD;
    private const ushort EtherTypeVlan = 0x8100;
    private const ushort EtherTypeQinQ = 0x88A8;
    private const ushort EtherTypeQinQOld = 0x9100;
    private const ushort EtherTypeMpls = 0x8847;
    private const ushort EtherTypeMplsMulticast = 0x8848;
    private const ushort EtherTypePppoe = 0x8864;
    private const ushort EtherTypeMin = 0x0600;

    /// <summary>What <see cref="FollowEtherType"/> takes for a header that goes on with LLC.</summary>
    public const ushort Llc = 0;

    private const int MaxTags = 4;
    private const int MaxLabels = 8;

    /// <param name="offset">Where the IP header begins; at most the frame's length.</param>
    public static Malformed TryRead(LinkType link, ReadOnlySpan<byte> frame, out int offset, out NetworkLayer network, out PacketTraits traits)
    {
        offset = 0;
        network = NetworkLayer.AnyIp;
        traits = PacketTraits.None;
        switch (link)
        {
            case LinkType.Ethernet: return ReadEthernet(frame, ref offset, ref network, ref traits);
            case LinkType.LinuxSll: return ReadSll(frame, ref offset, ref network, ref traits);
            case LinkType.LinuxSll2: return ReadSll2(frame, ref offset, ref network, ref traits);
            case LinkType.Raw or LinkType.RawDlt or LinkType.RawOpenBsd: return Malformed.None;
            case LinkType.Ipv4: network = NetworkLayer.Ipv4; return Malformed.None;
            case LinkType.Ipv6: network = NetworkLayer.Ipv6; return Malformed.None;
            case LinkType.Null or LinkType.Loop: return ReadLoopback(frame, ref offset, ref network);
            case LinkType.Ppp: return ReadPpp(frame, ref offset, ref network);
            case LinkType.NfLog: return NfLogHeader.TryRead(frame, ref offset, ref network);
            case LinkType.Ieee80211 or LinkType.Ieee80211Radiotap: return ReadWireless(link, frame, ref offset, ref network, ref traits);
            case LinkType.PppEther: return FollowEtherType(frame, EtherTypePppoe, ref offset, ref network);
            case LinkType.Mpls: return ReadMpls(frame, ref offset);
            case LinkType.BroadcomTag or LinkType.BroadcomTagFirst or LinkType.MarvellTag or LinkType.MarvellEtherTypeTag:
                return ReadTaggedBySwitch(link, frame, ref offset, ref network, ref traits);
            case LinkType.Ppi or LinkType.PkTap or LinkType.Ieee80211Prism or LinkType.Ieee80211Avs:
                return WrapperHeader.TryRead(link, frame, out offset, out network, out traits);
            case LinkType.Fddi or LinkType.IpOverFibreChannel or LinkType.ArcnetLinux or LinkType.AppleFireWire or LinkType.IpNet or LinkType.IpOverInfiniBand:
                return LocalAreaHeader.TryRead(link, frame, ref offset, ref network);
            default: return WideAreaHeader.TryRead(link, frame, ref offset, ref network);
        }
    }

    // IEEE 802.3 3.1.1; the group bit is the lowest of the first byte.
    private static Malformed ReadEthernet(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network, ref PacketTraits traits)
    {
        if (frame.Length < 14) return Malformed.Truncated;
        traits = (PacketTraits)(frame[0] & 1);
        offset = 14;
        return FollowEtherType(frame, BinaryPrimitives.ReadUInt16BigEndian(frame[12..]), ref offset, ref network);
    }

    // LINKTYPE_DSA_TAG_*: the tag stands before both addresses (Broadcom's second form) or before the type.
    private static Malformed ReadTaggedBySwitch(LinkType link, ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network, ref PacketTraits traits)
    {
        var tag = link == LinkType.MarvellEtherTypeTag ? 8 : 4;
        if (frame.Length < 14 + tag) return Malformed.Truncated;
        traits = (PacketTraits)(frame[link == LinkType.BroadcomTagFirst ? tag : 0] & 1);
        offset = 14 + tag;
        return FollowEtherType(frame, BinaryPrimitives.ReadUInt16BigEndian(frame[(12 + tag)..]), ref offset, ref network);
    }

    // LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, 8 bytes of address, protocol.
    private static Malformed ReadSll(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network, ref PacketTraits traits)
    {
        if (frame.Length < 16) return Malformed.Truncated;
        traits = PacketTypeTraits(frame[1]);
        offset = 16;
        return FollowEtherType(frame, BinaryPrimitives.ReadUInt16BigEndian(frame[14..]), ref offset, ref network);
    }

    // LINKTYPE_LINUX_SLL2: protocol, reserved, interface index, ARPHRD, packet type, address length, 8 bytes of address.
    private static Malformed ReadSll2(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network, ref PacketTraits traits)
    {
        if (frame.Length < 20) return Malformed.Truncated;
        traits = PacketTypeTraits(frame[10]);
        offset = 20;
        return FollowEtherType(frame, BinaryPrimitives.ReadUInt16BigEndian(frame), ref offset, ref network);
    }

    // packet(7): 0 host, 1 broadcast, 2 multicast, 3 other host, 4 outgoing.
    private static PacketTraits PacketTypeTraits(byte type) => type switch
    {
        1 or 2 => PacketTraits.LinkMulticast,
        4 => PacketTraits.Outgoing,
        _ => PacketTraits.None,
    };

    /// <summary>Follows tags, labels and encapsulations up to an IP header at <paramref name="offset"/>.</summary>
    public static Malformed FollowEtherType(ReadOnlySpan<byte> frame, ushort type, ref int offset, ref NetworkLayer network)
    {
        for (var tags = 0; ; tags++)
        {
            switch (type)
            {
                case EtherTypeIpv4: network = NetworkLayer.Ipv4; return Malformed.None;
                case EtherTypeIpv6: network = NetworkLayer.Ipv6; return Malformed.None;

                // IEEE 802.1Q 9.6: two bytes of tag, then the next type.
                case EtherTypeVlan or EtherTypeQinQ or EtherTypeQinQOld:
                    if (tags == MaxTags) return Malformed.TooDeep;
                    if (frame.Length < offset + 4) return Malformed.Truncated;
                    type = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 2)..]);
                    offset += 4;
                    continue;

                case EtherTypeMpls or EtherTypeMplsMulticast: return ReadMpls(frame, ref offset);

                // RFC 2516 4: version and type 1, code 0 (session data), session, length; then PPP without address and control.
                case EtherTypePppoe:
                    if (frame.Length < offset + 8) return Malformed.Truncated;
                    if (frame[offset] != 0x11 || frame[offset + 1] != 0) return Malformed.NotIp;
                    offset += 6;
                    return ReadPpp(frame, ref offset, ref network);

                // IEEE 802.3 3.2.6: below 0x0600 it is a length and LLC follows; RFC 1042: SNAP with OUI 0 has an EtherType.
                // 4 is Linux' own mark for LLC in cooked captures.
                case < EtherTypeMin:
                    if (frame.Length < offset + 8) return Malformed.NotIp;
                    if (!IsSnap(frame[offset..])) return Malformed.NotIp;
                    type = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 6)..]);
                    if (type < EtherTypeMin) return Malformed.NotIp;
                    offset += 8;
                    continue;

                default: return Malformed.NotIp;
            }
        }
    }

    private static bool IsSnap(ReadOnlySpan<byte> bytes) => bytes.StartsWith<byte>([0xAA, 0xAA, 0x03, 0, 0, 0]);

    // RFC 3032 2.1: the S bit marks the last label; what follows is known from its first nibble only.
    private static Malformed ReadMpls(ReadOnlySpan<byte> frame, ref int offset)
    {
        for (var labels = 0; labels < MaxLabels; labels++)
        {
            if (frame.Length < offset + 4) return Malformed.Truncated;
            var isLast = (frame[offset + 2] & 1) != 0;
            offset += 4;
            if (!isLast) continue;
            if (frame.Length == offset) return Malformed.Truncated;
            return frame[offset] >> 4 is 4 or 6 ? Malformed.None : Malformed.NotIp;
        }

        return Malformed.TooDeep;
    }

    // RFC 1661 2, RFC 1662 3.1: address FF and control 03 may be left out; protocol numbers of the IANA PPP registry.
    public static Malformed ReadPpp(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        if (frame.Length >= offset + 2 && frame[offset] == 0xFF && frame[offset + 1] == 0x03) offset += 2;
        if (frame.Length <= offset) return Malformed.Truncated;
        int protocol = frame[offset++];
        // RFC 1661 6.5: an odd first byte is a compressed protocol field.
        if ((protocol & 1) == 0)
        {
            if (frame.Length <= offset) return Malformed.Truncated;
            protocol = (protocol << 8) | frame[offset++];
        }

        switch (protocol)
        {
            case 0x0021: network = NetworkLayer.Ipv4; return Malformed.None;
            case 0x0057: network = NetworkLayer.Ipv6; return Malformed.None;
            default: return Malformed.NotIp;
        }
    }

    // LINKTYPE_NULL and LINKTYPE_LOOP: AF_INET is 2 everywhere, AF_INET6 is 10 (Linux), 24 (NetBSD, OpenBSD), 28 (FreeBSD) or 30 (macOS).
    private static Malformed ReadLoopback(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        if (frame.Length < 4) return Malformed.Truncated;
        var family = BinaryPrimitives.ReadUInt32BigEndian(frame);
        if (family > 0xFFFF) family = BinaryPrimitives.ReverseEndianness(family);
        offset = 4;
        switch (family)
        {
            case 2: network = NetworkLayer.Ipv4; return Malformed.None;
            case 10 or 24 or 28 or 30: network = NetworkLayer.Ipv6; return Malformed.None;
            default: return Malformed.NotIp;
        }
    }

    private static Malformed ReadWireless(LinkType link, ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network, ref PacketTraits traits)
    {
        var isPadded = false;
        if (link == LinkType.Ieee80211Radiotap)
        {
            var radiotap = WirelessHeader.SkipRadiotap(frame, ref offset, out isPadded);
            if (radiotap != Malformed.None) return radiotap;
        }

        var verdict = WirelessHeader.TryRead(frame, isPadded, ref offset, ref traits);
        if (verdict != Malformed.None) return verdict;
        if (frame.Length < offset + 8 || !IsSnap(frame[offset..])) return Malformed.NotIp;
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 6)..]);
        offset += 8;
        return FollowEtherType(frame, type, ref offset, ref network);
    }
}
