using System.Buffers.Binary;
using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Packets;

/// <summary>Builds packets byte by byte, by the specifications and not by the parser's code.</summary>
public static class Craft
{
    public const string Attacker = "198.51.100.7";
    public const string Home = "192.0.2.1";
    public const string Attacker6 = "2001:db8:bad::7";
    public const string Home6 = "2001:db8:1::1";

    /// <summary>MSS, SACK-permitted, timestamps, NOP, window scale: as Linux' connect() sends.</summary>
    public static readonly byte[] StackOptions =
        [2, 4, 0x05, 0xB4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];

    public static readonly byte[] MssOnly = [2, 4, 0x05, 0xB4];

    public static byte[] Ethernet(byte[] payload, ushort type = 0x0800, bool toAll = false) =>
        [.. toAll ? Enumerable.Repeat((byte)0xFF, 6) : [2, 0, 0, 0, 0, 1], 2, 0, 0, 0, 0, 2, .. Be16(type), .. payload];

    public static byte[] Ethernet6(byte[] payload) => Ethernet(payload, 0x86DD);

    /// <summary>The tag's two bytes and the type behind it: the payload of an Ethernet frame of type 0x8100.</summary>
    public static byte[] Tagged(ushort id, byte[] payload, ushort type = 0x0800) => [.. Be16(id), .. Be16(type), .. payload];

    public static byte[] Sll(byte packetType, byte[] payload, ushort protocol = 0x0800) =>
        [0, packetType, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, .. Be16(protocol), .. payload];

    public static byte[] Sll2(byte packetType, byte[] payload, ushort protocol = 0x0800) =>
        [.. Be16(protocol), 0, 0, 0, 0, 0, 3, 0, 1, packetType, 6, 2, 0, 0, 0, 0, 1, 0, 0, .. payload];

    public static byte[] Ipv4(
        IpProtocol protocol, byte[] payload, string source = Attacker, string destination = Home,
        byte[]? options = null, int fragment = 0, byte ttl = 57, int? length = null)
    {
        options ??= [];
        var header = new byte[20 + options.Length];
        header[0] = (byte)(0x40 | (header.Length / 4));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(length ?? header.Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), 0x1234);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)fragment);
        header[8] = ttl;
        header[9] = (byte)protocol;
        Address.Parse(source).ToIPAddress().GetAddressBytes().CopyTo(header, 12);
        Address.Parse(destination).ToIPAddress().GetAddressBytes().CopyTo(header, 16);
        options.CopyTo(header, 20);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), InternetChecksum(header));
        byte[] packet = [.. header, .. payload];
        if (fragment == 0) FillChecksum(packet.AsSpan(header.Length), protocol, header[12..20]);
        return packet;
    }

    /// <param name="next">What the IPv6 header names first; extension headers are part of the payload.</param>
    public static byte[] Ipv6(
        IpProtocol next, byte[] payload, string source = Attacker6, string destination = Home6, byte hopLimit = 57, int? length = null)
    {
        var header = new byte[40];
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(length ?? payload.Length));
        header[6] = (byte)next;
        header[7] = hopLimit;
        Address.Parse(source).WriteBytes(header.AsSpan(8));
        Address.Parse(destination).WriteBytes(header.AsSpan(24));
        byte[] packet = [.. header, .. payload];
        FillChecksum(packet.AsSpan(40), next, header[8..40]);
        return packet;
    }

    /// <summary>A hop-by-hop, routing or destination options header of 8 bytes (PadN inside).</summary>
    public static byte[] Extension(IpProtocol next, byte[] payload) => [(byte)next, 0, 1, 4, 0, 0, 0, 0, .. payload];

    public static byte[] FragmentHeader(IpProtocol next, int offset, bool more, byte[] payload) =>
        [(byte)next, 0, .. Be16((ushort)(offset | (more ? 1 : 0))), 0, 0, 0, 9, .. payload];

    public static byte[] Tcp(ushort source, ushort destination, TcpFlags flags, byte[]? payload = null, byte[]? options = null)
    {
        options ??= [];
        var header = new byte[20 + options.Length];
        BinaryPrimitives.WriteUInt16BigEndian(header, source);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), destination);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), 0x11223344);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), 0x55667788);
        header[12] = (byte)(header.Length / 4 << 4);
        header[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), 1024);
        options.CopyTo(header, 20);
        return [.. header, .. payload ?? []];
    }

    public static byte[] Udp(ushort source, ushort destination, byte[]? payload = null, int? length = null) =>
        [.. Be16(source), .. Be16(destination), .. Be16((ushort)(length ?? 8 + (payload?.Length ?? 0))), 0, 0, .. payload ?? []];

    public static byte[] Sctp(ushort source, ushort destination, byte chunk) =>
        [.. Be16(source), .. Be16(destination), 0, 0, 0, 0, 0, 0, 0, 0, chunk, 0, 0, 20, .. new byte[16]];

    public static byte[] Icmp(byte type, byte code, byte[]? body = null) => [type, code, 0, 0, 0, 0, 0, 0, .. body ?? []];

    public static byte[] Be16(ushort value) => [(byte)(value >> 8), (byte)value];

    /// <summary>RFC 1071, the plain way.</summary>
    public static ushort InternetChecksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0L;
        for (var i = 0; i < bytes.Length; i += 2) sum += (bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0);
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    private static void FillChecksum(Span<byte> segment, IpProtocol protocol, byte[] addresses)
    {
        var field = protocol switch { IpProtocol.Tcp => 16, IpProtocol.Udp => 6, IpProtocol.Icmp or IpProtocol.Icmpv6 => 2, _ => -1 };
        if (field < 0 || segment.Length < field + 2) return;
        byte[] pseudo = protocol == IpProtocol.Icmp ? [] : [.. addresses, 0, (byte)protocol, .. Be16((ushort)segment.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(segment[field..], InternetChecksum([.. pseudo, .. segment]));
    }
}
