using System.Buffers.Binary;
using PortSentry.Core;

namespace PortSentry.Capture.Packets;

/// <summary>RFC 791 3.1.</summary>
internal static class Ipv4Header
{
    private const int MinLength = 20;
    private const int MoreFragments = 0x2000;
    private const int OffsetMask = 0x1FFF;

    public static Malformed TryRead(ReadOnlySpan<byte> bytes, int originalLength, PacketTraits traits, out PacketView view)
    {
        if (bytes.Length < MinLength) return PacketView.Refuse(Malformed.Truncated, out view);
        var first = bytes[0];
        if (first >> 4 != 4) return PacketView.Refuse(Malformed.BadHeader, out view);
        var header = (first & 0xF) * 4;
        if (header < MinLength) return PacketView.Refuse(Malformed.BadHeader, out view);

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(2, 2));
        // Segmentation offload: the card fills in the length of each piece, a capture before it sees 0.
        if (length == 0) length = Math.Max(originalLength, bytes.Length);
        if (length < header) return PacketView.Refuse(Malformed.BadLength, out view);
        // Cut off Ethernet's padding, so that it is never taken for payload.
        if (length < bytes.Length) bytes = bytes[..length];

        if (header != MinLength)
        {
            if (bytes.Length < header) return PacketView.Refuse(Malformed.Truncated, out view);
            if (HasOptions(bytes[MinLength..header])) traits |= PacketTraits.IpOptions;
        }

        int fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(6, 2));
        var offset = (fragment & OffsetMask) * 8;
        if ((fragment & (MoreFragments | OffsetMask)) != 0)
        {
            traits |= PacketTraits.Fragment;
            // RFC 791 3.2: a packet reassembles to at most 65,535 bytes ("ping of death" claims more).
            if (offset + length > ushort.MaxValue) return PacketView.Refuse(Malformed.BadLength, out view);
        }

        return Transport.TryRead(bytes, header, length, (IpProtocol)bytes[9], bytes[8], (ushort)offset, traits, out view);
    }

    // Types 0 (end of list) and 1 (no operation) are padding.
    private static bool HasOptions(ReadOnlySpan<byte> options)
    {
        foreach (var option in options)
        {
            if (option == 0) return false;
            if (option != 1) return true;
        }

        return false;
    }
}
