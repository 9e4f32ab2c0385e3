using System.Buffers.Binary;
using System.Globalization;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Tests.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>Frames of one pair of end points. The asker's first sequence number is 1000, the answerer's 5000.</summary>
internal sealed class Wire(Pair pair, LineOptions options)
{
    private const uint Asker = 1000, Answerer = 5000;
    private const string TunnelEnd = "203.0.113.254";
    private static readonly byte[] RouterAlert = [0x94, 4, 0, 0];

    /// <summary>One packet as the frames that carry it: more than one where it is cut into fragments.</summary>
    public IEnumerable<byte[]> Frames(string verb, string detail) => options.Fragments.Length == 0 ? [Frame(Packet(verb, detail))] : Fragments(verb, detail);

    /// <summary>The way back, whole and without options.</summary>
    public byte[] Answer(string verb, string detail, int length = 0) => Frame(new Wire(pair.Back, new LineOptions()).Packet(verb, detail, length));

    public byte[] Ask(string verb, string detail, int length = 0) => Frame(Packet(verb, detail, length));

    /// <summary>An IP packet.</summary>
    public byte[] Packet(string verb, string detail, int length = 0) => Ip(Protocol(verb, detail), Segment(verb, detail, length), 0);

    /// <summary>RFC 792, RFC 4443: the error carries the packet it is about.</summary>
    public byte[] Error(Address reporter, bool expired, byte[] about)
    {
        var back = new Wire(new Pair(reporter, 0, pair.Source, 0), new LineOptions());
        var icmp = pair.Source.IsV4
            ? Craft.Icmp((byte)(expired ? 11 : 3), expired ? (byte)0 : options.Code, about)
            : expired ? Craft.Icmp(3, 0, about)
            : HasPorts((IpProtocol)about[6]) ? Craft.Icmp(1, 4, about) : Craft.Icmp(4, 1, about);
        return back.Frame(back.Ip(pair.Source.IsV4 ? IpProtocol.Icmp : IpProtocol.Icmpv6, icmp, 0));
    }

    private static bool HasPorts(IpProtocol protocol) => protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;

    private static IpProtocol Protocol(string verb, string detail) => verb switch
    {
        "tcp" => IpProtocol.Tcp,
        "udp" => IpProtocol.Udp,
        "sctp" => IpProtocol.Sctp,
        _ => (IpProtocol)byte.Parse(detail, CultureInfo.InvariantCulture),
    };

    private byte[] Segment(string verb, string detail, int length) => verb switch
    {
        "tcp" => Tcp(Flags(detail), length + options.Length),
        "udp" => Craft.Udp(pair.SourcePort, pair.Port, new byte[length + options.Length]),
        "sctp" => Craft.Sctp(pair.SourcePort, pair.Port, detail switch
        {
            "data" => 0, "init" => 1, "init-ack" => 2, "abort" => 6, "cookie-echo" => 10, "cookie-ack" => 11,
            _ => throw new FormatException($"'{detail}' is no chunk"),
        }),
        _ => new byte[20],
    };

    private byte[] Tcp(TcpFlags flags, int length)
    {
        var opens = (flags & TcpFlags.Syn) != 0;
        var segment = Craft.Tcp(pair.SourcePort, pair.Port, flags, new byte[length], options.Stamped || (opens && !options.Bare) ? Craft.StackOptions : null);
        var (sequence, acknowledgement) = (flags & (TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack)) switch
        {
            TcpFlags.Syn => (Asker, 0u),
            TcpFlags.Syn | TcpFlags.Ack => (Answerer, Asker + 1),
            TcpFlags.Rst | TcpFlags.Ack => (0u, Asker + 1), // no connection: RFC 9293 3.10.7.1
            TcpFlags.Ack => (Asker + 1, Answerer + 1),
            _ => (Asker + 1, 0u),
        };
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), options.Sequence ?? sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), options.Acknowledgement ?? acknowledgement);
        return segment;
    }

    private static TcpFlags Flags(string letters) =>
        letters == "-" ? TcpFlags.None : letters.Aggregate(TcpFlags.None, static (flags, letter) => flags | letter switch
        {
            'F' => TcpFlags.Fin, 'S' => TcpFlags.Syn, 'R' => TcpFlags.Rst, 'P' => TcpFlags.Psh,
            'A' => TcpFlags.Ack, 'U' => TcpFlags.Urg, 'E' => TcpFlags.Ece, 'C' => TcpFlags.Cwr,
            _ => throw new FormatException($"'{letter}' is no flag"),
        });

    /// <param name="fragment">Flags and offset of RFC 791 3.1.</param>
    private byte[] Ip(IpProtocol protocol, byte[] segment, int fragment)
    {
        var (from, to) = (pair.Source.ToString(), pair.Destination.ToString());
        byte[] packet;
        if (pair.Source.IsV4) packet = Craft.Ipv4(protocol, segment, from, to, options.IpOptions ? RouterAlert : null, fragment, options.Ttl);
        else if (options.IpOptions) packet = Craft.Ipv6(IpProtocol.DestinationOptions, Craft.Extension(protocol, segment), from, to, options.Ttl);
        else packet = Craft.Ipv6(protocol, segment, from, to, options.Ttl);
        if (options.BadSum) packet[pair.Source.IsV4 ? packet.Length - segment.Length + 16 : 56] ^= 0x55;
        return packet;
    }

    // RFC 1858: the flags of the header do not fit into the first fragment, or are written over by the second.
    private IEnumerable<byte[]> Fragments(string verb, string detail)
    {
        const int more = 0x2000;
        var whole = Segment(verb, detail, 0);
        var protocol = Protocol(verb, detail);
        switch (options.Fragments)
        {
            case "tiny":
                for (var at = 0; at < whole.Length; at += 8)
                    yield return Frame(Ip(protocol, whole[at..Math.Min(at + 8, whole.Length)], (at / 8) | (at + 8 < whole.Length ? more : 0)));
                break;
            case "offset1": // the ports and a harmless rest first, the flags alone behind
                yield return Frame(Ip(protocol, whole[..8], more));
                yield return Frame(Ip(protocol, whole[8..], 1));
                break;
            default: // an ACK first; byte 8 on then says what it really is
                var harmless = (byte[])whole.Clone();
                harmless[13] = (byte)TcpFlags.Ack;
                yield return Frame(Ip(protocol, harmless[..16], more));
                yield return Frame(Ip(protocol, whole[8..], 1));
                break;
        }
    }

    private byte[] Frame(byte[] ip)
    {
        var type = (ushort)(ip[0] >> 4 == 4 ? 0x0800 : 0x86DD);
        var plain = Craft.Ethernet(ip, type, options.Broadcast);
        return options.Inside switch
        {
            "" => plain,
            "vlan" => Craft.Ethernet(Craft.Tagged(5, ip, type), 0x8100),
            "qinq" => Craft.Ethernet(Craft.Tagged(7, Craft.Tagged(5, ip, type), 0x8100), 0x88A8),
            "gre" => Outer(IpProtocol.Gre, [0, 0, .. Craft.Be16(type), .. ip]),
            "ipip" => Outer(type == 0x0800 ? IpProtocol.IpInIp : IpProtocol.Ipv6, ip),
            "vxlan" => Outer(IpProtocol.Udp, Craft.Udp(50000, 4789, [8, 0, 0, 0, 0, 0, 9, 0, .. plain])),
            var other => throw new FormatException($"'{other}' carries nothing"),
        };
    }

    private static byte[] Outer(IpProtocol protocol, byte[] payload) => Craft.Ethernet(Craft.Ipv4(protocol, payload, TunnelEnd, "203.0.113.1"));
}
