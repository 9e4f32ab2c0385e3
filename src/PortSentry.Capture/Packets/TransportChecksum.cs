using System.Buffers.Binary;
using System.Numerics;
using PortSentry.Core;

namespace PortSentry.Capture.Packets;

/// <summary>RFC 1071 with the pseudo-headers of RFC 9293 3.1 and RFC 8200 8.1; CRC-32C of RFC 9260 appendix A for SCTP.</summary>
internal static class TransportChecksum
{
    /// <param name="packet">The whole IP packet.</param>
    public static ChecksumVerdict Verify(ReadOnlySpan<byte> packet, int start, IpProtocol protocol, bool isV6)
    {
        if (start > packet.Length) return ChecksumVerdict.Unknown;
        var segment = packet[start..];
        switch (protocol)
        {
            case IpProtocol.Tcp when segment.Length >= 20: return VerifySum(packet, segment, 16, protocol, isV6);
            case IpProtocol.Udp when segment.Length >= 8:
                // RFC 768: 0 means that the sender made none; RFC 8200 8.1 forbids that.
                if (segment[6] == 0 && segment[7] == 0) return isV6 ? ChecksumVerdict.Bad : ChecksumVerdict.Good;
                int length = BinaryPrimitives.ReadUInt16BigEndian(segment[4..]);
                return VerifySum(packet, length >= 8 && length < segment.Length ? segment[..length] : segment, 6, protocol, isV6);
            case IpProtocol.Icmp when segment.Length >= 8:
                return Fold(Sum(segment, 0)) == 0xFFFF ? ChecksumVerdict.Good : ChecksumVerdict.Bad;
            case IpProtocol.Icmpv6 when segment.Length >= 8: return VerifySum(packet, segment, 2, protocol, isV6);
            case IpProtocol.Sctp when segment.Length >= 12: return VerifySctp(segment);
            default: return ChecksumVerdict.Unknown;
        }
    }

    /// <summary>For a field that holds 0 now.</summary>
    /// <param name="packet">The whole IP packet, its addresses in place.</param>
    public static ushort Make(ReadOnlySpan<byte> packet, int start, IpProtocol protocol, bool isV6)
    {
        var segment = packet[start..];
        return (ushort)~Fold(Sum(segment, Pseudo(packet, segment.Length, protocol, isV6)));
    }

    /// <summary>Of an IPv4 header whose checksum is 0 now.</summary>
    public static ushort OfHeader(ReadOnlySpan<byte> header) => (ushort)~Fold(Sum(header, 0));

    private static ulong Pseudo(ReadOnlySpan<byte> packet, int length, IpProtocol protocol, bool isV6) =>
        Sum(isV6 ? packet.Slice(8, 32) : packet.Slice(12, 8), (uint)length + (byte)protocol);

    private static ChecksumVerdict VerifySum(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> segment, int field, IpProtocol protocol, bool isV6)
    {
        var pseudo = Pseudo(packet, segment.Length, protocol, isV6);
        // Offload leaves the pseudo-header's sum in the field for the card to finish.
        if (BinaryPrimitives.ReadUInt16BigEndian(segment[field..]) == Fold(pseudo)) return ChecksumVerdict.Unknown;
        return Fold(Sum(segment, pseudo)) == 0xFFFF ? ChecksumVerdict.Good : ChecksumVerdict.Bad;
    }

    private static ChecksumVerdict VerifySctp(ReadOnlySpan<byte> segment)
    {
        var found = BinaryPrimitives.ReadUInt32LittleEndian(segment[8..]);
        if (found == 0) return ChecksumVerdict.Unknown;
        var crc = Crc(segment[..8], uint.MaxValue);
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Crc(segment[12..], crc) == found ? ChecksumVerdict.Good : ChecksumVerdict.Bad;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return crc;
    }

    // Thirty-two bits at a time; the 64-bit sum cannot overflow within 16 GB.
    private static ulong Sum(ReadOnlySpan<byte> bytes, ulong sum)
    {
        for (; bytes.Length >= 4; bytes = bytes[4..]) sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)sum;
    }
}
