using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Packets;

/// <summary>
/// An IP packet in a captured frame, read in place. Valid only after <see cref="TryRead(LinkType, ReadOnlySpan{byte}, out PacketView)"/>
/// returned <see cref="Malformed.None"/>, and only while the frame's bytes stand. A member whose header was not captured
/// answers 0; ask <see cref="HasTransport"/> first. Nothing here allocates or throws.
/// </summary>
public readonly ref struct PacketView
{
    private const ushort EtherTypeIpv4LittleEndian = 0x0008;

    // From the first byte of the IP header to the end of the packet or of what was captured, whichever is nearer.
    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _transport;
    private readonly int _length;
    private readonly uint _firstWord;
    private readonly PacketTraits _traits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal PacketView(
        ReadOnlySpan<byte> packet, int transport, int length, IpProtocol protocol, byte hopLimit,
        ushort fragmentOffset, uint firstWord, TcpFlags flags, PacketTraits traits)
    {
        _packet = packet;
        _transport = transport;
        _length = length;
        _firstWord = firstWord;
        _traits = traits;
        FragmentOffset = fragmentOffset;
        Protocol = protocol;
        HopLimit = hopLimit;
        TcpFlags = flags;
    }

    public Address Source => IsV6
        ? Address.FromBytes(_packet.Slice(8, 16))
        : Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(_packet[12..]));

    public Address Destination => IsV6
        ? Address.FromBytes(_packet.Slice(24, 16))
        : Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(_packet[16..]));

    public bool IsV6 => (_traits & PacketTraits.V6) != 0;

    /// <summary>The transport: the last "next header" of an IPv6 chain of hop-by-hop, routing, fragment and destination options.</summary>
    public IpProtocol Protocol { get; }

    /// <summary>TTL or hop limit.</summary>
    public byte HopLimit { get; }

    /// <summary>The link layer sent it to a group or to all.</summary>
    public bool IsLinkMulticast => (_traits & PacketTraits.LinkMulticast) != 0;

    /// <summary>This host sent it; known on Linux cooked captures only.</summary>
    public bool IsOutgoing => (_traits & PacketTraits.Outgoing) != 0;

    /// <summary>IPv4 options other than padding (RFC 791 3.1), or an IPv6 hop-by-hop, routing or destination options header (RFC 8200 4).</summary>
    public bool HasIpOptions => (_traits & PacketTraits.IpOptions) != 0;

    /// <summary>Part of a packet. An IPv6 atomic fragment (RFC 6946) is whole and says false.</summary>
    public bool IsFragment => (_traits & PacketTraits.Fragment) != 0;

    /// <summary>A fragment that does not begin at 0: it has no transport header.</summary>
    public bool IsLaterFragment => FragmentOffset != 0;

    /// <summary>In bytes.</summary>
    public ushort FragmentOffset { get; }

    /// <summary>Read out of a tunnel by <see cref="TryReadInner"/>.</summary>
    public bool IsTunnelled => (_traits & PacketTraits.TunnelMask) != 0;

    /// <summary>Read out of an ICMP error by <see cref="TryReadQuoted"/>.</summary>
    public bool IsQuoted => (_traits & PacketTraits.Quoted) != 0;

    /// <summary>Length of the IP packet in bytes as its header says (not as captured).</summary>
    public int Length => _length;

    /// <summary>
    /// The transport header can be used: ports and, for TCP, flags, for SCTP the first chunk's type, for ICMP type and
    /// code. In a quoted packet the ports suffice (see <see cref="HasTcpFlags"/>).
    /// </summary>
    public bool HasTransport => (_traits & PacketTraits.Transport) != 0;

    /// <summary>Ports are readable. True without <see cref="HasTransport"/> in a first fragment cut before the flags (nmap -f).</summary>
    public bool HasPorts => (_traits & PacketTraits.Ports) != 0;

    public bool HasTcpFlags => (_traits & PacketTraits.TcpFlags) != 0;

    public ushort SourcePort => HasPorts ? (ushort)(_firstWord >> 16) : (ushort)0;

    public ushort DestinationPort => HasPorts ? (ushort)_firstWord : (ushort)0;

    public TcpFlags TcpFlags { get; }

    public uint Sequence => ReadTcpWord(4);

    public uint Acknowledgement => ReadTcpWord(8);

    public ushort Window => HasTcpFlags && _packet.Length >= _transport + 16
        ? BinaryPrimitives.ReadUInt16BigEndian(_packet[(_transport + 14)..])
        : (ushort)0;

    /// <summary>
    /// Bytes after the transport header by the IP length, so a packet cut by the snap length still says its true length.
    /// 0 where the header was not captured; for a later fragment, all bytes after the IP headers.
    /// </summary>
    public int PayloadLength => Math.Max(0, _length - _transport - TransportHeaderLength);

    /// <summary>
    /// The SYN carries SACK-permitted, timestamps or window scale (RFC 2018, RFC 7323), as the SYN of every current
    /// stack's connect() does; a SYN without options, or with the MSS alone, was made by a tool.
    /// </summary>
    public bool HasStackOptions => HasTcpFlags && TcpOptions.LooksLikeStack(TcpHeader, Math.Min(TransportHeaderLength, _length - _transport));

    /// <summary>Type of the first chunk (RFC 9260 3.2): 1 INIT, 2 INIT ACK, 6 ABORT, 10 COOKIE ECHO. 255 where not captured.</summary>
    public byte SctpChunkType =>
        Protocol == IpProtocol.Sctp && HasTransport && _packet.Length > _transport + 12 ? _packet[_transport + 12] : byte.MaxValue;

    public byte IcmpType => IsIcmp && HasTransport ? (byte)(_firstWord >> 24) : (byte)0;

    public byte IcmpCode => IsIcmp && HasTransport ? (byte)(_firstWord >> 16) : (byte)0;

    /// <summary>
    /// An ICMP message that quotes the packet it is about: RFC 792 types 3, 4, 5, 11, 12; RFC 4443 types below 128.
    /// </summary>
    public bool IsIcmpError => HasTransport && (Protocol switch
    {
        IpProtocol.Icmp => IcmpType is 3 or 4 or 5 or 11 or 12,
        IpProtocol.Icmpv6 => IcmpType is > 0 and < 128,
        _ => false,
    });

    private bool IsIcmp => Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6;

    /// <summary>The bytes of the transport header and what follows it, as far as captured.</summary>
    public ReadOnlySpan<byte> TransportBytes => _packet[Math.Min(_transport, _packet.Length)..];

    private ReadOnlySpan<byte> TcpHeader => TransportBytes[..Math.Min(TransportBytes.Length, TransportHeaderLength)];

    private int TransportHeaderLength => IsLaterFragment || !HasTransport ? 0 : Protocol switch
    {
        IpProtocol.Tcp => HasTcpFlags ? (_packet[_transport + 12] >> 4) * 4 : 0,
        IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.Icmpv6 => 8,
        IpProtocol.Sctp => 12,
        _ => 0,
    };

    /// <param name="frame">As captured, from the first byte of the link header.</param>
    public static Malformed TryRead(LinkType link, ReadOnlySpan<byte> frame, out PacketView packet) =>
        TryRead(link, frame, frame.Length, out packet);

    /// <param name="frame">As captured, from the first byte of the link header.</param>
    /// <param name="originalLength">
    /// The frame's length on the wire. It is used only where the IP header has no length (TSO): captures exist that were cut
    /// and say the cut length here, so it is no proof that an IP header lies.
    /// </param>
    public static Malformed TryRead(LinkType link, ReadOnlySpan<byte> frame, int originalLength, out PacketView packet)
    {
        if (link == LinkType.Ethernet && frame.Length > 14
            && BinaryPrimitives.ReadUInt16LittleEndian(frame.Slice(12, 2)) == EtherTypeIpv4LittleEndian)
            return Ipv4Header.TryRead(frame[14..], originalLength - 14, (PacketTraits)(frame[0] & 1), out packet);
        return TryReadOther(link, frame, originalLength, out packet);
    }

    /// <summary>
    /// The packet quoted in an ICMP error (RFC 792, RFC 4443 2.4 c). Often cut after 8 bytes of its transport: ports are
    /// readable, TCP flags may be missing.
    /// </summary>
    public bool TryReadQuoted(out PacketView quoted)
    {
        quoted = default;
        if (!IsIcmpError || IsQuoted || _packet.Length <= _transport + 8) return false;
        var bytes = _packet[(_transport + 8)..];
        return TryReadIp(bytes, bytes.Length, (_traits & PacketTraits.Inherited) | PacketTraits.Quoted, out quoted) == Malformed.None;
    }

    /// <summary>The packet inside GRE, IP-in-IP, 6in4 or VXLAN; two levels at most. False where this is no tunnel or the inner packet is malformed.</summary>
    public bool TryReadInner(out PacketView inner)
    {
        inner = default;
        var traits = (_traits & PacketTraits.Inherited) + (int)PacketTraits.TunnelStep;
        if (IsQuoted || IsFragment || (traits & PacketTraits.TunnelMask) > (PacketTraits)(2 * (int)PacketTraits.TunnelStep)) return false;
        if (!Tunnel.TryOpen(Protocol, DestinationPort, TransportBytes, out var link, out var bytes)) return false;
        var length = Math.Max(bytes.Length, _length - _transport - (TransportBytes.Length - bytes.Length));
        if (LinkHeader.TryRead(link, bytes, out var offset, out var network, out var linkTraits) != Malformed.None) return false;
        // The inner Ethernet header's group bit counts too; the outer packet's direction stays.
        return TryReadNetwork(network, bytes[offset..], length - offset, traits | linkTraits, out inner) == Malformed.None;
    }

    /// <summary>
    /// Checks the transport checksum (RFC 1071; CRC-32C for SCTP). Ask it of packets that came over a real wire: inside a
    /// machine (veth, loopback) and on the way out the sum is left to the card and says Unknown.
    /// </summary>
    public ChecksumVerdict VerifyTransportChecksum() =>
        !HasTransport || IsFragment || IsQuoted || _packet.Length < _length
            ? ChecksumVerdict.Unknown
            : TransportChecksum.Verify(_packet, _transport, Protocol, IsV6);

    // Clears the view only where there is none: clearing it first in each layer costs a sixth of a packet's time.
    internal static Malformed Refuse(Malformed reason, out PacketView view)
    {
        view = default;
        return reason;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Malformed TryReadOther(LinkType link, ReadOnlySpan<byte> frame, int originalLength, out PacketView packet)
    {
        packet = default;
        var verdict = LinkHeader.TryRead(link, frame, out var offset, out var network, out var traits);
        return verdict == Malformed.None
            ? TryReadNetwork(network, frame[offset..], originalLength - offset, traits, out packet)
            : verdict;
    }

    private static Malformed TryReadNetwork(NetworkLayer network, ReadOnlySpan<byte> bytes, int length, PacketTraits traits, out PacketView packet)
    {
        switch (network)
        {
            case NetworkLayer.Ipv4: return Ipv4Header.TryRead(bytes, length, traits, out packet);
            case NetworkLayer.Ipv6: return Ipv6Header.TryRead(bytes, length, traits, out packet);
            default: return TryReadIp(bytes, length, traits, out packet);
        }
    }

    private static Malformed TryReadIp(ReadOnlySpan<byte> bytes, int length, PacketTraits traits, out PacketView packet)
    {
        packet = default;
        if (bytes.IsEmpty) return Malformed.Truncated;
        return (bytes[0] >> 4) switch
        {
            4 => Ipv4Header.TryRead(bytes, length, traits, out packet),
            6 => Ipv6Header.TryRead(bytes, length, traits, out packet),
            _ => Malformed.BadHeader,
        };
    }

    private uint ReadTcpWord(int offset) =>
        Protocol == IpProtocol.Tcp && HasPorts && _packet.Length >= _transport + offset + 4
            ? BinaryPrimitives.ReadUInt32BigEndian(_packet[(_transport + offset)..])
            : 0;
}
