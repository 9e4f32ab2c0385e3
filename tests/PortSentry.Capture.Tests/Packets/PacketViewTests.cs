using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Packets;

public sealed class PacketViewTests
{
    private static readonly byte[] Syn = Craft.Tcp(40000, 22, TcpFlags.Syn, options: Craft.StackOptions);

    [Fact]
    public void Syn_over_ethernet_is_read_in_full()
    {
        var verdict = PacketView.TryRead(LinkType.Ethernet, Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, Syn)), out var packet);

        Assert.Equal(Malformed.None, verdict);
        Assert.Equal(Address.Parse(Craft.Attacker), packet.Source);
        Assert.Equal(Address.Parse(Craft.Home), packet.Destination);
        Assert.Equal(IpProtocol.Tcp, packet.Protocol);
        Assert.Equal(57, packet.HopLimit);
        Assert.True(packet.HasTransport);
        Assert.True(packet.HasTcpFlags);
        Assert.Equal(40000, packet.SourcePort);
        Assert.Equal(22, packet.DestinationPort);
        Assert.Equal(TcpFlags.Syn, packet.TcpFlags);
        Assert.Equal(0x11223344u, packet.Sequence);
        Assert.Equal(0x55667788u, packet.Acknowledgement);
        Assert.Equal(1024, packet.Window);
        Assert.Equal(0, packet.PayloadLength);
        Assert.True(packet.HasStackOptions);
        Assert.False(packet.IsLinkMulticast || packet.IsOutgoing || packet.HasIpOptions || packet.IsFragment || packet.IsTunnelled);
        Assert.Equal(ChecksumVerdict.Good, packet.VerifyTransportChecksum());
    }

    [Fact]
    public void Syn_over_ipv6_is_read_in_full()
    {
        var packet = Read(LinkType.Ethernet, Craft.Ethernet6(Craft.Ipv6(IpProtocol.Tcp, [.. Syn, 1, 2, 3])));

        Assert.Equal(Address.Parse(Craft.Attacker6), packet.Source);
        Assert.Equal(Address.Parse(Craft.Home6), packet.Destination);
        Assert.Equal(22, packet.DestinationPort);
        Assert.Equal(3, packet.PayloadLength);
        Assert.Equal(ChecksumVerdict.Good, packet.VerifyTransportChecksum());
    }

    [Theory]
    [InlineData(LinkType.Raw)]
    [InlineData(LinkType.RawDlt)]
    [InlineData(LinkType.RawOpenBsd)]
    [InlineData(LinkType.Ipv4)]
    [InlineData(LinkType.Ethernet)]
    [InlineData(LinkType.LinuxSll)]
    [InlineData(LinkType.LinuxSll2)]
    [InlineData(LinkType.Null)]
    [InlineData(LinkType.Loop)]
    [InlineData(LinkType.Ppp)]
    [InlineData(LinkType.NfLog)]
    [InlineData(LinkType.Ieee80211)]
    [InlineData(LinkType.Ieee80211Radiotap)]
    public void Every_link_type_leads_to_the_same_packet(LinkType link)
    {
        var ip = Craft.Ipv4(IpProtocol.Tcp, Syn);
        byte[] frame = link switch
        {
            LinkType.Ethernet => Craft.Ethernet(ip),
            LinkType.LinuxSll => Craft.Sll(0, ip),
            LinkType.LinuxSll2 => Craft.Sll2(0, ip),
            LinkType.Null => [2, 0, 0, 0, .. ip],
            LinkType.Loop => [0, 0, 0, 2, .. ip],
            LinkType.Ppp => [0xFF, 3, 0, 0x21, .. ip],
            LinkType.NfLog => [2, 0, 0, 0, 5, 0, 10, 0, (byte)'x', 0, 0, 0, (byte)(ip.Length + 4), 0, 9, 0, .. ip],
            LinkType.Ieee80211 => [.. Wireless(), .. ip],
            LinkType.Ieee80211Radiotap => [0, 0, 9, 0, 2, 0, 0, 0, 0x20, .. Wireless()[..26], 0, 0, .. Wireless()[26..], .. ip],
            _ => ip,
        };

        Assert.True(LinkTypes.IsSupported(link));
        Assert.Equal(22, Read(link, frame).DestinationPort);
    }

    [Fact]
    public void Unknown_link_type_is_said_so()
    {
        Assert.False(LinkTypes.IsSupported((LinkType)147));
        Assert.Equal(Malformed.UnsupportedLink, PacketView.TryRead((LinkType)147, new byte[60], out _));
    }

    [Fact]
    public void Cooked_capture_tells_broadcast_and_outgoing()
    {
        var ip = Craft.Ipv4(IpProtocol.Tcp, Syn);
        Assert.True(Read(LinkType.LinuxSll, Craft.Sll(1, ip)).IsLinkMulticast);
        Assert.True(Read(LinkType.LinuxSll2, Craft.Sll2(2, ip)).IsLinkMulticast);
        Assert.True(Read(LinkType.LinuxSll, Craft.Sll(4, ip)).IsOutgoing);
        Assert.True(Read(LinkType.LinuxSll2, Craft.Sll2(4, ip)).IsOutgoing);
        Assert.False(Read(LinkType.LinuxSll2, Craft.Sll2(0, ip)).IsOutgoing);
        Assert.True(Read(LinkType.Ethernet, Craft.Ethernet(ip, toAll: true)).IsLinkMulticast);
    }

    [Fact]
    public void Up_to_four_vlan_tags_are_followed_and_a_fifth_is_refused()
    {
        var payload = Craft.Ipv4(IpProtocol.Tcp, Syn);
        ushort type = 0x0800;
        for (var depth = 1; depth <= 5; depth++)
        {
            payload = Craft.Tagged((ushort)depth, payload, type);
            type = depth % 2 == 0 ? (ushort)0x88A8 : (ushort)0x8100;
            var verdict = PacketView.TryRead(LinkType.Ethernet, Craft.Ethernet(payload, type), out var packet);
            Assert.Equal(depth <= 4 ? Malformed.None : Malformed.TooDeep, verdict);
            if (depth <= 4) Assert.Equal(22, packet.DestinationPort);
        }
    }

    [Fact]
    public void Pppoe_mpls_and_snap_are_opened()
    {
        var ip = Craft.Ipv4(IpProtocol.Tcp, Syn);
        Assert.Equal(22, Read(LinkType.Ethernet, Craft.Ethernet([0x11, 0, 0, 1, 0, 99, 0, 0x21, .. ip], 0x8864)).DestinationPort);
        Assert.Equal(22, Read(LinkType.Ethernet, Craft.Ethernet([0, 1, 0, 64, 0, 2, 1, 64, .. ip], 0x8847)).DestinationPort);
        Assert.Equal(22, Read(LinkType.Ethernet, Craft.Ethernet([0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. ip], (ushort)(8 + ip.Length))).DestinationPort);
    }

    [Fact]
    public void Arp_and_spanning_tree_are_not_ours_but_not_malformed_either()
    {
        Assert.Equal(Malformed.NotIp, PacketView.TryRead(LinkType.Ethernet, Craft.Ethernet(new byte[28], 0x0806), out _));
        Assert.Equal(Malformed.NotIp, PacketView.TryRead(LinkType.Ethernet, Craft.Ethernet([0x42, 0x42, 3, .. new byte[35]], 38), out _));
    }

    [Fact]
    public void Ethernet_padding_is_no_payload()
    {
        byte[] frame = [.. Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(1, 2, TcpFlags.Ack))), .. new byte[6]];
        Assert.Equal(0, Read(LinkType.Ethernet, frame).PayloadLength);
    }

    [Fact]
    public void Frame_cut_by_the_snap_length_says_its_true_length()
    {
        var frame = Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(1, 2, TcpFlags.Psh | TcpFlags.Ack, new byte[1000])));
        var packet = Read(LinkType.Ethernet, frame[..60]);
        Assert.Equal(1000, packet.PayloadLength);
        Assert.Equal(ChecksumVerdict.Unknown, packet.VerifyTransportChecksum());
    }

    [Fact]
    public void Segmentation_offload_takes_the_length_of_the_frame()
    {
        var frame = Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(1, 2, TcpFlags.Ack, new byte[100]), length: 0));
        Assert.Equal(100, Read(LinkType.Ethernet, frame).PayloadLength);
        Assert.Equal(Malformed.None, PacketView.TryRead(LinkType.Ethernet, frame.AsSpan(0, 60), 70_054, out var cut));
        Assert.Equal(70_000, cut.PayloadLength);
    }

    [Fact]
    public void Syn_without_options_or_with_the_mss_alone_is_not_a_stacks_own()
    {
        Assert.False(ReadTcp(Craft.Tcp(1, 2, TcpFlags.Syn)).HasStackOptions);
        Assert.False(ReadTcp(Craft.Tcp(1, 2, TcpFlags.Syn, options: Craft.MssOnly)).HasStackOptions);
        Assert.True(ReadTcp(Craft.Tcp(1, 2, TcpFlags.Syn, options: [1, 3, 3, 7])).HasStackOptions);
        Assert.True(ReadTcp(Craft.Tcp(1, 2, TcpFlags.Syn, options: [4, 2, 0, 0])).HasStackOptions);
        // An option of length 0 must not hang the reader.
        Assert.False(ReadTcp(Craft.Tcp(1, 2, TcpFlags.Syn, options: [9, 0, 9, 0])).HasStackOptions);
    }

    [Fact]
    public void Where_a_short_capture_cut_the_options_their_size_must_do()
    {
        byte[] stack = [2, 4, 5, 0xb4, 1, 1, 4, 2], tool = Craft.MssOnly;
        Assert.True(Cut(stack).HasStackOptions);
        Assert.False(Cut(tool).HasStackOptions);

        static PacketView Cut(byte[] options)
        {
            var frame = Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(1, 2, TcpFlags.Syn, options: options)));
            Assert.Equal(Malformed.None, PacketView.TryRead(LinkType.Ethernet, frame.AsSpan(0, 54), frame.Length, out var packet));
            return packet;
        }
    }

    [Fact]
    public void Ip_options_count_only_when_they_are_no_padding()
    {
        Assert.True(Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Tcp, Syn, options: [7, 4, 4, 0])).HasIpOptions);
        Assert.False(Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Tcp, Syn, options: [1, 1, 1, 0])).HasIpOptions);
        Assert.Equal(22, Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Tcp, Syn, options: [7, 4, 4, 0])).DestinationPort);
    }

    [Fact]
    public void Fragments_tell_where_they_stand()
    {
        var tiny = Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Tcp, Syn[..8], fragment: 0x2000));
        Assert.True(tiny.IsFragment && !tiny.IsLaterFragment && tiny.HasPorts && !tiny.HasTransport && !tiny.HasTcpFlags);
        Assert.Equal(22, tiny.DestinationPort);

        var later = Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Tcp, Syn[8..], fragment: 0x2001));
        Assert.True(later.IsFragment && later.IsLaterFragment && !later.HasTransport && !later.HasPorts);
        Assert.Equal(8, later.FragmentOffset);
        Assert.Equal(Syn.Length - 8, later.PayloadLength);

        Assert.False(Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Tcp, Syn, fragment: 0x4000)).IsFragment);
    }

    [Fact]
    public void Ipv6_extension_headers_are_followed()
    {
        var packet = Read(LinkType.Raw, Craft.Ipv6(IpProtocol.HopByHop,
            Craft.Extension(IpProtocol.DestinationOptions, Craft.Extension(IpProtocol.Routing, Craft.Extension(IpProtocol.Tcp, Syn)))));
        Assert.Equal(IpProtocol.Tcp, packet.Protocol);
        Assert.Equal(22, packet.DestinationPort);
        Assert.True(packet.HasIpOptions);
    }

    [Fact]
    public void Ipv6_fragments_tell_where_they_stand_and_an_atomic_one_is_whole()
    {
        var first = Read(LinkType.Raw, Craft.Ipv6(IpProtocol.Fragment, Craft.FragmentHeader(IpProtocol.Udp, 0, true, Craft.Udp(1, 53, new byte[8], 2000))));
        Assert.True(first.IsFragment && !first.IsLaterFragment && first.HasTransport);
        Assert.Equal(53, first.DestinationPort);

        var later = Read(LinkType.Raw, Craft.Ipv6(IpProtocol.Fragment, Craft.FragmentHeader(IpProtocol.Udp, 1448, false, new byte[24])));
        Assert.True(later.IsFragment && later.IsLaterFragment && !later.HasTransport);
        Assert.Equal(1448, later.FragmentOffset);

        var atomic = Read(LinkType.Raw, Craft.Ipv6(IpProtocol.Fragment, Craft.FragmentHeader(IpProtocol.Tcp, 0, false, Syn)));
        Assert.True(!atomic.IsFragment && atomic.HasTransport);
    }

    [Fact]
    public void Endless_chain_of_extension_headers_is_refused()
    {
        var payload = Syn;
        for (var i = 0; i < 20; i++) payload = Craft.Extension(i == 0 ? IpProtocol.Tcp : IpProtocol.DestinationOptions, payload);
        Assert.Equal(Malformed.TooDeep, PacketView.TryRead(LinkType.Raw, Craft.Ipv6(IpProtocol.DestinationOptions, payload), out _));
        Assert.Equal(Malformed.BadHeader, PacketView.TryRead(LinkType.Raw,
            Craft.Ipv6(IpProtocol.DestinationOptions, Craft.Extension(IpProtocol.HopByHop, Craft.Extension(IpProtocol.Tcp, Syn))), out _));
    }

    [Fact]
    public void Sctp_init_names_its_chunk()
    {
        var packet = Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Sctp, Craft.Sctp(5000, 36412, 1)));
        Assert.True(packet.HasTransport);
        Assert.Equal(36412, packet.DestinationPort);
        Assert.Equal(1, packet.SctpChunkType);
    }

    [Fact]
    public void Port_unreachable_quotes_the_probe()
    {
        var probe = Craft.Ipv4(IpProtocol.Udp, Craft.Udp(40000, 161, new byte[40]));
        var packet = Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Icmp, Craft.Icmp(3, 3, probe), Craft.Home, Craft.Attacker));

        Assert.True(packet.IsIcmpError);
        Assert.Equal((3, 3), (packet.IcmpType, packet.IcmpCode));
        Assert.True(packet.TryReadQuoted(out var quoted));
        Assert.Equal(Address.Parse(Craft.Attacker), quoted.Source);
        Assert.Equal(161, quoted.DestinationPort);
        Assert.True(quoted.IsQuoted);
        Assert.False(quoted.TryReadQuoted(out _));
        Assert.Equal(ChecksumVerdict.Good, packet.VerifyTransportChecksum());
    }

    [Fact]
    public void Quotation_cut_after_eight_bytes_still_has_its_ports()
    {
        var probe = Craft.Ipv4(IpProtocol.Tcp, Syn)[..28];
        Assert.True(Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Icmp, Craft.Icmp(3, 13, probe))).TryReadQuoted(out var quoted));
        Assert.Equal((40000, 22), (quoted.SourcePort, quoted.DestinationPort));
        Assert.True(quoted.HasTransport);
        Assert.False(quoted.HasTcpFlags);
        Assert.Equal(0x11223344u, quoted.Sequence);

        Assert.True(Read(LinkType.Raw, Craft.Ipv6(IpProtocol.Icmpv6, Craft.Icmp(1, 4, Craft.Ipv6(IpProtocol.Udp, Craft.Udp(9, 123)))))
            .TryReadQuoted(out var quoted6));
        Assert.Equal(123, quoted6.DestinationPort);
    }

    [Fact]
    public void Echo_is_no_error()
    {
        var packet = Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Icmp, Craft.Icmp(8, 0, new byte[56])));
        Assert.False(packet.IsIcmpError);
        Assert.False(packet.TryReadQuoted(out _));
        Assert.False(Read(LinkType.Raw, Craft.Ipv6(IpProtocol.Icmpv6, Craft.Icmp(128, 0))).IsIcmpError);
    }

    [Fact]
    public void Tunnels_are_opened_two_deep()
    {
        var ip = Craft.Ipv4(IpProtocol.Tcp, Syn);
        byte[][] tunnels =
        [
            Craft.Ipv4(IpProtocol.IpInIp, ip),
            Craft.Ipv4(IpProtocol.Gre, [0, 0, 8, 0, .. ip]),
            Craft.Ipv4(IpProtocol.Gre, [0xB0, 0, 8, 0, .. new byte[12], .. ip]),
            Craft.Ipv4(IpProtocol.Gre, [0x20, 0, 0x65, 0x58, 0, 0, 0, 1, .. Craft.Ethernet(ip)]),
            Craft.Ipv4(IpProtocol.Udp, Craft.Udp(5555, 4789, [8, 0, 0, 0, 0, 0, 7, 0, .. Craft.Ethernet(ip)])),
        ];
        foreach (var tunnel in tunnels)
        {
            Assert.True(Read(LinkType.Raw, tunnel).TryReadInner(out var inner));
            Assert.True(inner.IsTunnelled);
            Assert.Equal((40000, 22), (inner.SourcePort, inner.DestinationPort));
            Assert.Equal(Syn.Length - 40, inner.PayloadLength);
            Assert.False(inner.TryReadInner(out _));
        }

        Assert.True(Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Ipv6, Craft.Ipv6(IpProtocol.Tcp, Syn))).TryReadInner(out var six));
        Assert.Equal(Address.Parse(Craft.Attacker6), six.Source);

        var nested = Craft.Ipv4(IpProtocol.IpInIp, Craft.Ipv4(IpProtocol.IpInIp, Craft.Ipv4(IpProtocol.IpInIp, ip)));
        Assert.True(Read(LinkType.Raw, nested).TryReadInner(out var one));
        Assert.True(one.TryReadInner(out var two));
        Assert.False(two.TryReadInner(out _));
        Assert.False(Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Gre, [0x30, 1, 0x88, 0x0B, .. new byte[12], .. ip])).TryReadInner(out _));
    }

    [Theory]
    [InlineData(IpProtocol.Tcp, 12)]
    [InlineData(IpProtocol.Udp, 7)]
    [InlineData(IpProtocol.Sctp, 12)]
    [InlineData(IpProtocol.Icmp, 4)]
    [InlineData(IpProtocol.Tcp, 0)]
    [InlineData(IpProtocol.Udp, 3)]
    public void Segment_shorter_than_its_header_lies(IpProtocol protocol, int length) =>
        Assert.Equal(Malformed.BadLength, PacketView.TryRead(LinkType.Raw, Craft.Ipv4(protocol, new byte[length]), out _));

    [Fact]
    public void Lies_are_named()
    {
        var ip = Craft.Ipv4(IpProtocol.Tcp, Syn);
        Assert.Equal(Malformed.Truncated, Verdict(ip[..19]));
        Assert.Equal(Malformed.BadLength, Verdict(Craft.Ipv4(IpProtocol.Tcp, Syn, length: 12)));
        Assert.Equal(Malformed.BadHeader, Verdict([0x44, .. ip[1..]]));
        Assert.Equal(Malformed.BadHeader, Verdict([0x75, .. ip[1..]]));
        Assert.Equal(Malformed.BadHeader, Verdict(With(ip, 32, 0x40)));
        Assert.Equal(Malformed.BadLength, Verdict(With(ip, 32, 0xF0)));
        Assert.Equal(Malformed.BadLength, Verdict(Craft.Ipv4(IpProtocol.Udp, Craft.Udp(1, 2, length: 99))));
        Assert.Equal(Malformed.BadLength, Verdict(Craft.Ipv4(IpProtocol.Udp, Craft.Udp(1, 2, length: 4))));
        Assert.Equal(Malformed.BadLength, Verdict(Craft.Ipv4(IpProtocol.Icmp, new byte[600], fragment: 0x1FFF)));
        Assert.Equal(Malformed.BadLength, Verdict(Craft.Ipv6(IpProtocol.HopByHop, [6, 200, .. new byte[30]])));
        Assert.Equal(Malformed.Truncated, Verdict([]));
        // A header cut by the snap length is no lie: the packet stands, without its transport.
        Assert.Equal(Malformed.None, PacketView.TryRead(LinkType.Raw, ip.AsSpan(0, 22), out var cut));
        Assert.False(cut.HasTransport);
        Assert.Equal(0, cut.DestinationPort);
    }

    [Theory]
    [InlineData(IpProtocol.Tcp)]
    [InlineData(IpProtocol.Udp)]
    [InlineData(IpProtocol.Icmp)]
    [InlineData(IpProtocol.Icmpv6)]
    [InlineData(IpProtocol.Sctp)]
    public void Flipped_bit_gives_a_bad_checksum(IpProtocol protocol)
    {
        byte[] segment = protocol switch
        {
            IpProtocol.Tcp => Craft.Tcp(1, 2, TcpFlags.Ack, [1, 2, 3]),
            IpProtocol.Udp => Craft.Udp(1, 2, [1, 2, 3]),
            IpProtocol.Sctp => WithCrc32C(Craft.Sctp(1, 2, 1)),
            _ => Craft.Icmp(protocol == IpProtocol.Icmp ? (byte)8 : (byte)128, 0, [1, 2, 3]),
        };
        var packet = protocol == IpProtocol.Icmpv6 ? Craft.Ipv6(protocol, segment) : Craft.Ipv4(protocol, segment);
        Assert.Equal(ChecksumVerdict.Good, Read(LinkType.Raw, packet).VerifyTransportChecksum());
        packet[^1] ^= 0x10;
        Assert.Equal(ChecksumVerdict.Bad, Read(LinkType.Raw, packet).VerifyTransportChecksum());
    }

    [Fact]
    public void Sum_left_to_the_card_says_nothing()
    {
        var packet = Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(1, 2, TcpFlags.Ack, [1, 2, 3, 4]));
        byte[] pseudo = [.. packet[12..20], 0, 6, 0, 24];
        var partial = (ushort)~Craft.InternetChecksum(pseudo);
        Craft.Be16(partial).CopyTo(packet, 36);
        Assert.Equal(ChecksumVerdict.Unknown, Read(LinkType.Raw, packet).VerifyTransportChecksum());
    }

    // A QoS data frame from an access point: 26 bytes of header, then SNAP.
    private static byte[] Wireless() =>
        [0x88, 0x02, 0, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0xAA, 0xAA, 3, 0, 0, 0, 8, 0];

    private static byte[] WithCrc32C(byte[] segment)
    {
        var crc = uint.MaxValue;
        foreach (var value in segment)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78u);
        }

        BitConverter.GetBytes(~crc).CopyTo(segment, 8);
        return segment;
    }

    private static byte[] With(byte[] packet, int at, byte value)
    {
        var copy = (byte[])packet.Clone();
        copy[at] = value;
        return copy;
    }

    private static Malformed Verdict(byte[] packet) => PacketView.TryRead(LinkType.Raw, packet, out _);

    private static PacketView ReadTcp(byte[] segment) => Read(LinkType.Raw, Craft.Ipv4(IpProtocol.Tcp, segment));

    private static PacketView Read(LinkType link, byte[] frame)
    {
        Assert.Equal(Malformed.None, PacketView.TryRead(link, frame, out var packet));
        return packet;
    }
}
