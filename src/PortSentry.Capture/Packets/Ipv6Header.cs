using System.Buffers.Binary;
using PortSentry.Core;

namespace PortSentry.Capture.Packets;

/// <summary>RFC 8200 3 and the extension header chain of 4.</summary>
internal static class Ipv6Header
{
    private const int Length = 40;

    // RFC 8200 4.1 recommends at most 7 before the upper layer; an attacker may send more to blind a parser.
    private const int MaxExtensions = 10;

    public static Malformed TryRead(ReadOnlySpan<byte> bytes, int originalLength, PacketTraits traits, out PacketView view)
    {
        if (bytes.Length < Length) return PacketView.Refuse(Malformed.Truncated, out view);
        if (bytes[0] >> 4 != 6) return PacketView.Refuse(Malformed.BadHeader, out view);

        traits |= PacketTraits.V6;
        var length = Length + BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(4, 2));
        var next = (IpProtocol)bytes[6];
        // Jumbograms (RFC 2675) and segmentation offload have no length here.
        if (length == Length && next != IpProtocol.NoNext) length = Math.Max(originalLength, bytes.Length);
        if (length < bytes.Length) bytes = bytes[..length];

        var hopLimit = bytes[7];
        var transport = Length;
        ushort offset = 0;
        for (var extensions = 0; ; extensions++)
        {
            if (next is not (IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Fragment))
                return Transport.TryRead(bytes, transport, length, next, hopLimit, offset, traits, out view);
            // The header chain of a later fragment belongs to the first one.
            if (offset != 0) return Transport.TryRead(bytes, transport, length, next, hopLimit, offset, traits, out view);
            if (extensions == MaxExtensions) return PacketView.Refuse(Malformed.TooDeep, out view);
            // RFC 8200 4.3: hop-by-hop options stand directly behind the IPv6 header or nowhere.
            if (next == IpProtocol.HopByHop && extensions != 0) return PacketView.Refuse(Malformed.BadHeader, out view);
            if (length < transport + 8) return PacketView.Refuse(Malformed.BadLength, out view);
            if (bytes.Length < transport + 8) return PacketView.Refuse(Malformed.Truncated, out view);

            var following = (IpProtocol)bytes[transport];
            if (next == IpProtocol.Fragment)
            {
                // RFC 8200 4.5: offset in units of 8 bytes in the upper 13 bits, M in the lowest.
                var field = BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(transport + 2, 2));
                offset = (ushort)(field & 0xFFF8);
                if ((field & 0xFFF9) != 0) traits |= PacketTraits.Fragment;
                transport += 8;
                if (offset + length - transport > ushort.MaxValue) return PacketView.Refuse(Malformed.BadLength, out view);
            }
            else
            {
                traits |= PacketTraits.IpOptions;
                transport += (bytes[transport + 1] + 1) * 8;
                if (length < transport) return PacketView.Refuse(Malformed.BadLength, out view);
            }

            next = following;
        }
    }
}
