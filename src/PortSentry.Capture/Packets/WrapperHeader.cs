using System.Buffers.Binary;

namespace PortSentry.Capture.Packets;

/// <summary>What a capturing system writes before a frame of another link type.</summary>
internal static class WrapperHeader
{
    private const int PkTapFlags = 36;
    private const uint PkTapVersion2 = 0x0008_0000;
    private const int PkTapMinLength = 108;
    private const uint AvsMagic = 0x8021_1000;

    public static Malformed TryRead(LinkType link, ReadOnlySpan<byte> frame, out int offset, out NetworkLayer network, out PacketTraits traits)
    {
        offset = 0;
        network = NetworkLayer.AnyIp;
        traits = PacketTraits.None;
        uint header;
        LinkType inner;
        var verdict = link switch
        {
            LinkType.Ppi => ReadPpi(frame, out header, out inner),
            LinkType.PkTap => ReadPkTap(frame, out header, out inner),
            _ => ReadMonitor(frame, out header, out inner),
        };
        if (verdict != Malformed.None) return verdict;
        // One in another would let a frame of a few bytes nest for ever.
        if (inner is LinkType.Ppi or LinkType.PkTap or LinkType.Ieee80211Prism or LinkType.Ieee80211Avs) return Malformed.TooDeep;
        if (!LinkTypes.IsSupported(inner)) return Malformed.NotIp;
        if (header > frame.Length) return Malformed.Truncated;
        verdict = LinkHeader.TryRead(inner, frame[(int)header..], out offset, out network, out traits);
        offset += (int)header;
        return verdict;
    }

    // PPI 3.1 (CACE Technologies 2009): version, flags, length, link type; little-endian.
    private static Malformed ReadPpi(ReadOnlySpan<byte> frame, out uint header, out LinkType inner)
    {
        header = 0;
        inner = default;
        if (frame.Length < 8) return Malformed.Truncated;
        header = BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]);
        inner = (LinkType)BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]);
        return frame[0] != 0 || header < 8 ? Malformed.BadHeader : Malformed.None;
    }

    // LINKTYPE_PKTAP; a flag that both versions have at one place tells them apart.
    private static Malformed ReadPkTap(ReadOnlySpan<byte> frame, out uint header, out LinkType inner)
    {
        header = 0;
        inner = default;
        if (frame.Length < PkTapFlags + 4) return Malformed.Truncated;
        if ((BinaryPrimitives.ReadUInt32LittleEndian(frame[PkTapFlags..]) & PkTapVersion2) != 0)
        {
            header = frame[0];
            inner = (LinkType)BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]);
            return header < PkTapFlags + 4 ? Malformed.BadHeader : Malformed.None;
        }

        header = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        inner = (LinkType)BinaryPrimitives.ReadUInt32LittleEndian(frame[8..]);
        if (header < PkTapMinLength) return Malformed.BadHeader;
        return BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) == 1 ? Malformed.None : Malformed.NotIp;
    }

    // Prism: code, length of the header, both in the capturing machine's byte order. AVS: a magic number and the length, big-endian;
    // drivers write it under Prism's link type too.
    private static Malformed ReadMonitor(ReadOnlySpan<byte> frame, out uint header, out LinkType inner)
    {
        header = 0;
        inner = LinkType.Ieee80211;
        if (frame.Length < 8) return Malformed.Truncated;
        var code = BinaryPrimitives.ReadUInt32BigEndian(frame);
        header = (code & 0xFFFF_F000) == AvsMagic || code is 0x41 or 0x44
            ? BinaryPrimitives.ReadUInt32BigEndian(frame[4..])
            : BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]);
        return header < 8 ? Malformed.BadHeader : Malformed.None;
    }
}
