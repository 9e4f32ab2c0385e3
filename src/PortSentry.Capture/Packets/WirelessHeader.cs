using System.Buffers.Binary;

namespace PortSentry.Capture.Packets;

/// <summary>Data frames of IEEE 802.11-2020 9.2 and 9.3.2 and the radiotap header before them (radiotap.org).</summary>
internal static class WirelessHeader
{
    private const int TypeMask = 0x0C;
    private const int TypeData = 0x08;
    private const int SubtypeNoData = 0x40;
    private const int SubtypeQos = 0x80;
    private const int ToDistribution = 0x01;
    private const int FromDistribution = 0x02;
    private const int MoreFragments = 0x04;
    private const int Protected = 0x40;
    private const int Order = 0x80;
    private const int AggregatedMsdu = 0x80;

    public static Malformed SkipRadiotap(ReadOnlySpan<byte> frame, ref int offset, out bool isPadded)
    {
        isPadded = false;
        if (frame.Length < 8) return Malformed.Truncated;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]);
        if (frame[0] != 0 || length < 8) return Malformed.BadHeader;
        if (length > frame.Length) return Malformed.Truncated;

        // Bit 31 of a "present" word says that another word follows; the fields stand behind the last.
        var present = BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]);
        var at = 8;
        for (var word = present; (word & 0x8000_0000) != 0; at += 4)
        {
            if (at + 4 > length) return Malformed.BadHeader;
            word = BinaryPrimitives.ReadUInt32LittleEndian(frame[at..]);
        }

        if ((present & 1) != 0) at = ((at + 7) & ~7) + 8;
        if ((present & 2) != 0 && at < length) isPadded = (frame[at] & 0x20) != 0;
        offset = length;
        return Malformed.None;
    }

    /// <param name="isPadded">The header is filled up to a multiple of four (radiotap flag 0x20).</param>
    public static Malformed TryRead(ReadOnlySpan<byte> frame, bool isPadded, ref int offset, ref PacketTraits traits)
    {
        if (frame.Length < offset + 24) return Malformed.NotIp;
        int control = frame[offset];
        int flags = frame[offset + 1];
        // An encrypted payload, one of several fragments and a frame without data have nothing to read.
        if ((control & TypeMask) != TypeData || (control & SubtypeNoData) != 0 || (flags & (Protected | MoreFragments)) != 0) return Malformed.NotIp;
        if ((frame[offset + 22] & 0x0F) != 0) return Malformed.NotIp;

        // 9.3.2.1: address 1 is the destination unless the frame goes to the distribution system; then address 3 is.
        var destination = (flags & ToDistribution) != 0 ? 16 : 4;
        traits = (PacketTraits)(frame[offset + destination] & 1);

        var header = 24;
        if ((flags & (ToDistribution | FromDistribution)) == (ToDistribution | FromDistribution)) header += 6;
        if ((control & SubtypeQos) != 0)
        {
            if (frame.Length <= offset + header) return Malformed.Truncated;
            if ((frame[offset + header] & AggregatedMsdu) != 0) return Malformed.NotIp;
            header += 2;
            if ((flags & Order) != 0) header += 4;
        }

        if (isPadded) header = (header + 3) & ~3;
        offset += header;
        return frame.Length < offset ? Malformed.Truncated : Malformed.None;
    }
}
