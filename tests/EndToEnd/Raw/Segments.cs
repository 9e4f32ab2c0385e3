using System.Buffers.Binary;
using System.Net;

namespace PortSentry.EndToEnd.Raw;

/// <summary>TCP segments over IPv4, made by hand (RFC 791 3.1, RFC 9293 3.1).</summary>
internal static class Segments
{
    public const byte Syn = 0x02, Ack = 0x10, Data = 0x18;

    /// <returns>From the IP header on.</returns>
    public static byte[] Make(IPAddress source, IPAddress target, ushort from, ushort to, byte flags, int payload = 0)
    {
        var packet = new byte[40 + payload];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = 6;
        source.TryWriteBytes(packet.AsSpan(12), out _);
        target.TryWriteBytes(packet.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Sum(packet.AsSpan(0, 20), 0));
        var segment = packet.AsSpan(20);
        BinaryPrimitives.WriteUInt16BigEndian(segment, from);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], to);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], (uint)((from * 65_536) + to));
        segment[12] = 0x50;
        segment[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], 64_240);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], Sum(packet.AsSpan(12), 6 + (uint)segment.Length));
        return packet;
    }

    // RFC 1071, over an even number of bytes.
    private static ushort Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (var i = 0; i < bytes.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
