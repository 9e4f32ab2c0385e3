using System.Buffers.Binary;

namespace PortSentry.Capture.Packets;

/// <summary>LINKTYPE_NFLOG: family, version, resource; then attributes in the byte order of the machine that captured (taken as little-endian).</summary>
internal static class NfLogHeader
{
    private const int PayloadAttribute = 9;
    private const int MaxAttributes = 32;

    public static Malformed TryRead(ReadOnlySpan<byte> frame, ref int offset, ref NetworkLayer network)
    {
        if (frame.Length < 4) return Malformed.Truncated;
        switch (frame[0])
        {
            case 2: network = NetworkLayer.Ipv4; break;
            case 10: network = NetworkLayer.Ipv6; break;
            default: return Malformed.NotIp;
        }

        offset = 4;
        for (var i = 0; i < MaxAttributes; i++)
        {
            if (frame.Length < offset + 4) return Malformed.Truncated;
            int length = BinaryPrimitives.ReadUInt16LittleEndian(frame[offset..]);
            int type = BinaryPrimitives.ReadUInt16LittleEndian(frame[(offset + 2)..]) & 0x7FFF;
            if (length < 4) return Malformed.BadLength;
            if (type == PayloadAttribute)
            {
                offset += 4;
                return Malformed.None;
            }

            offset += (length + 3) & ~3;
        }

        return Malformed.TooDeep;
    }
}
