using System.Buffers.Binary;

namespace PortSentry.Capture.Packets;

/// <summary>Serial lines, frame relay and ATM.</summary>
internal static class WideAreaHeader
{
    private const byte CiscoUnicast = 0x0F;
    private const byte CiscoMulticast = 0x8F;
    private const byte UnnumberedInformation = 0x03;
    private const byte NlpidSnap = 0x80;
    private const byte NlpidIpv4 = 0xCC;
    private const byte NlpidIpv6 = 0x8E;
    private const byte SlipIp = 0x40;
    private const int SlipHeader = 16;
    private const int SunLlc = 2;

    public static Malformed TryRead(LinkType link, ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        switch (link)
        {
            case LinkType.CiscoHdlc: return ReadCisco(frame, ref offset, ref network);
            case LinkType.FrameRelay: return ReadFrameRelay(frame, ref offset, ref network);
            case LinkType.CiscoHdlcWithDirection: offset = 1; return ReadCisco(frame, ref offset, ref network);
            case LinkType.FrameRelayWithDirection: offset = 1; return ReadFrameRelay(frame, ref offset, ref network);
            case LinkType.PppWithDirection: offset = 1; return LinkHeader.ReadPpp(frame, ref offset, ref network);
            case LinkType.PppPppd: offset = 2; return LinkHeader.ReadPpp(frame, ref offset, ref network);
            // LINKTYPE_PPP_HDLC also carries Cisco's frames; their address byte tells.
            case LinkType.PppHdlc:
                return frame.Length > 0 && frame[0] is CiscoUnicast or CiscoMulticast
                    ? ReadCisco(frame, ref offset, ref network)
                    : LinkHeader.ReadPpp(frame, ref offset, ref network);
            case LinkType.Slip: return ReadSlip(frame, ref offset);
            // RFC 2684 5: LLC, SNAP, EtherType.
            case LinkType.AtmRfc1483 or LinkType.AtmRfc1483Dlt: return LinkHeader.FollowEtherType(frame, LinkHeader.Llc, ref offset, ref network);
            // LINKTYPE_SUNATM: flags, VPI, VCI.
            case LinkType.SunAtm:
                if (frame.Length < 4) return Malformed.Truncated;
                if ((frame[0] & 0x0F) != SunLlc) return Malformed.NotIp;
                offset = 4;
                return LinkHeader.FollowEtherType(frame, LinkHeader.Llc, ref offset, ref network);
            default: return Malformed.UnsupportedLink;
        }
    }

    // RFC 1547 4.3.1: address 0F or 8F, control 0, EtherType.
    private static Malformed ReadCisco(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        if (frame.Length < offset + 4) return Malformed.Truncated;
        if (frame[offset] is not (CiscoUnicast or CiscoMulticast)) return Malformed.NotIp;
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 2)..]);
        offset += 4;
        return LinkHeader.FollowEtherType(frame, type, ref offset, ref network);
    }

    // ITU-T Q.922 3.3: two to four bytes of address, the last with its lowest bit set. Then RFC 2427 3: UI, perhaps a pad byte, NLPID;
    // or, as Cisco's routers have it, an EtherType at once.
    private static Malformed ReadFrameRelay(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        var start = offset;
        do
        {
            if (frame.Length <= offset) return Malformed.Truncated;
            if (offset - start == 4) return Malformed.BadHeader;
        }
        while ((frame[offset++] & 1) == 0);

        if (frame.Length < offset + 3) return Malformed.Truncated;
        if (frame[offset] != UnnumberedInformation)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]);
            offset += 2;
            return type == LinkHeader.Llc ? Malformed.NotIp : LinkHeader.FollowEtherType(frame, type, ref offset, ref network);
        }

        offset += frame[offset + 1] == 0 ? 2 : 1;
        switch (frame[offset++])
        {
            case NlpidIpv4: network = NetworkLayer.Ipv4; return Malformed.None;
            case NlpidIpv6: network = NetworkLayer.Ipv6; return Malformed.None;
            case NlpidSnap:
                if (frame.Length < offset + 5) return Malformed.Truncated;
                if (frame[offset] != 0 || frame[offset + 1] != 0 || frame[offset + 2] != 0) return Malformed.NotIp;
                var type = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 3)..]);
                offset += 5;
                return LinkHeader.FollowEtherType(frame, type, ref offset, ref network);
            default: return Malformed.NotIp;
        }
    }

    // LINKTYPE_SLIP: a direction and the packet. BSD's and libpcap's own header has 16 bytes: direction, a type in the upper bits of
    // byte 1 (40 is plain IP; an IP header cannot begin so), and what RFC 1144 compressed.
    private static Malformed ReadSlip(ReadOnlySpan<byte> frame, ref int offset)
    {
        if (frame.Length < 2) return Malformed.Truncated;
        offset = frame[1] == SlipIp ? SlipHeader : 1;
        if (frame.Length <= offset) return Malformed.Truncated;
        return frame[0] <= 1 && frame[offset] >> 4 is 4 or 6 ? Malformed.None : Malformed.NotIp;
    }
}
