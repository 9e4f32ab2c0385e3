using PortSentry.Capture.Packets;
using PortSentry.Core;

namespace PortSentry.Capture.Tests.Packets;

/// <summary>Link types beside Ethernet, each with the header its specification shows: tcpdump.org/linktypes and the RFCs named there.</summary>
public sealed class LinkHeaderTests
{
    private static readonly byte[] Ip = Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(40000, 22, TcpFlags.Syn));
    private static readonly byte[] Ip6 = Craft.Ipv6(IpProtocol.Tcp, Craft.Tcp(40000, 22, TcpFlags.Syn));
    private static readonly byte[] Snap = [0xAA, 0xAA, 3, 0, 0, 0, 8, 0];
    private static readonly byte[] Frame = Craft.Ethernet(Ip);
    private static readonly byte[] Wireless = [0x08, 2, .. new byte[22], .. Snap];

    public static TheoryData<LinkType, string, byte[]> Headers => new()
    {
        { LinkType.CiscoHdlc, "unicast", [0x0F, 0, 8, 0, .. Ip] },
        { LinkType.CiscoHdlc, "multicast, IPv6", [0x8F, 0, 0x86, 0xDD, .. Ip6] },
        { LinkType.CiscoHdlcWithDirection, "sent", [1, 0x0F, 0, 8, 0, .. Ip] },
        { LinkType.PppHdlc, "PPP", [0xFF, 3, 0, 0x21, .. Ip] },
        { LinkType.PppHdlc, "Cisco", [0x0F, 0, 8, 0, .. Ip] },
        { LinkType.PppEther, "session", [0x11, 0, 0, 1, 0, 99, 0, 0x21, .. Ip] },
        { LinkType.PppWithDirection, "received", [0, 0xFF, 3, 0, 0x57, .. Ip6] },
        { LinkType.PppPppd, "sent", [1, 3, 0, 0x21, .. Ip] },
        { LinkType.FrameRelay, "Cisco's EtherType", [0x18, 0x61, 8, 0, .. Ip] },
        { LinkType.FrameRelay, "NLPID of IP", [0x18, 0x41, 3, 0xCC, .. Ip] },
        { LinkType.FrameRelay, "NLPID of IPv6", [0x18, 0x41, 3, 0x8E, .. Ip6] },
        { LinkType.FrameRelay, "pad and SNAP", [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0, .. Ip] },
        { LinkType.FrameRelay, "address of four bytes", [0x18, 0x40, 0x40, 0x41, 3, 0xCC, .. Ip] },
        { LinkType.FrameRelayWithDirection, "received", [0, 0x18, 0x61, 8, 0, .. Ip] },
        { LinkType.Slip, "direction alone", [0, .. Ip] },
        { LinkType.Slip, "BSD's 16 bytes", [1, 0x40, .. new byte[14], .. Ip] },
        { LinkType.AtmRfc1483, "LLC and SNAP", [.. Snap, .. Ip] },
        { LinkType.AtmRfc1483Dlt, "LLC and SNAP", [.. Snap, .. Ip] },
        { LinkType.SunAtm, "LLC", [0x82, 0, 0, 100, .. Snap, .. Ip] },
        { LinkType.Mpls, "one label", [0, 1, 1, 64, .. Ip] },
        { LinkType.Fddi, "LLC frame", [0x50, .. new byte[12], .. Snap, .. Ip] },
        { LinkType.IpOverFibreChannel, "network header", [.. new byte[16], .. Snap, .. Ip] },
        { LinkType.AppleFireWire, "EUI-64 addresses", [.. new byte[16], 8, 0, .. Ip] },
        { LinkType.ArcnetLinux, "RFC 1051", [1, 2, 0, 0, 240, .. Ip] },
        { LinkType.ArcnetLinux, "RFC 1201", [1, 2, 0, 0, 212, 0, 0, 1, .. Ip] },
        { LinkType.ArcnetLinux, "RFC 2497", [1, 2, 0, 0, 196, 0, 0, 1, .. Ip6] },
        { LinkType.IpOverInfiniBand, "RFC 4391", [8, 0, 0, 0, .. Ip] },
        { LinkType.IpOverInfiniBand, "with addresses", [.. new byte[40], 0x86, 0xDD, 0, 0, .. Ip6] },
        { LinkType.IpNet, "IPv4", [1, 2, .. new byte[22], .. Ip] },
        { LinkType.IpNet, "IPv6", [2, 26, .. new byte[22], .. Ip6] },
        { LinkType.BroadcomTag, "before the type", [.. Frame[..12], 0x20, 0, 0, 5, .. Frame[12..]] },
        { LinkType.BroadcomTagFirst, "before all", [0x20, 0, 0, 5, .. Frame] },
        { LinkType.MarvellTag, "four bytes", [.. Frame[..12], 0xC0, 8, 0, 0, .. Frame[12..]] },
        { LinkType.MarvellEtherTypeTag, "eight bytes", [.. Frame[..12], 0xDA, 0xDA, 0, 0, 0xC0, 8, 0, 0, .. Frame[12..]] },
        { LinkType.Ppi, "wireless", [0, 0, 12, 0, 105, 0, 0, 0, 9, 9, 0, 0, .. Wireless, .. Ip] },
        { LinkType.Ppi, "Ethernet", [0, 0, 8, 0, 1, 0, 0, 0, .. Frame] },
        { LinkType.PkTap, "version 1", [108, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, .. new byte[96], .. Frame] },
        { LinkType.PkTap, "version 2", [40, 0, 0, 0, 0, 0, 12, 0, .. new byte[28], 0, 0, 8, 0, .. Ip] },
        { LinkType.Ieee80211Prism, "little-endian", [0x44, 0, 0, 0, 144, 0, 0, 0, .. new byte[136], .. Wireless, .. Ip] },
        { LinkType.Ieee80211Prism, "AVS inside", [0x80, 0x21, 0x10, 1, 0, 0, 0, 64, .. new byte[56], .. Wireless, .. Ip] },
        { LinkType.Ieee80211Avs, "version 1", [0x80, 0x21, 0x10, 1, 0, 0, 0, 64, .. new byte[56], .. Wireless, .. Ip] },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void Leads_to_the_packet(LinkType link, string form, byte[] frame)
    {
        Assert.NotEmpty(form);
        Assert.True(LinkTypes.IsSupported(link));
        Assert.Equal(Malformed.None, PacketView.TryRead(link, frame, out var packet));
        Assert.Equal((40000, 22, TcpFlags.Syn), (packet.SourcePort, packet.DestinationPort, packet.TcpFlags));
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void Cut_before_the_packet_it_is_named_malformed(LinkType link, string form, byte[] frame)
    {
        Assert.NotEmpty(form);
        var header = frame.Length - (frame.AsSpan().EndsWith(Ip6) ? Ip6.Length : Ip.Length);
        for (var length = 0; length <= header; length++)
            Assert.NotEqual(Malformed.None, PacketView.TryRead(link, frame.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData(LinkType.FrameRelay, new byte[] { 0x18, 0x41, 3, 0x08, 0, 0, 0, 0 })]
    [InlineData(LinkType.CiscoHdlc, new byte[] { 0x8F, 0, 0x80, 0x35, 0, 0, 0, 2, 0, 0, 0, 0 })]
    [InlineData(LinkType.ArcnetLinux, new byte[] { 1, 2, 0, 0, 212, 2, 0, 1, 0x45, 0, 0, 20 })]
    [InlineData(LinkType.SunAtm, new byte[] { 5, 0, 0, 5, 0, 0 })]
    [InlineData(LinkType.Slip, new byte[] { 0xE7, 0xE7, 0xE7 })]
    [InlineData(LinkType.Fddi, new byte[] { 0x4F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Other_payloads_are_no_ip(LinkType link, byte[] frame) =>
        Assert.Equal(Malformed.NotIp, PacketView.TryRead(link, frame, out _));

    [Fact]
    public void A_wrapper_in_a_wrapper_is_too_deep() =>
        Assert.Equal(Malformed.TooDeep, PacketView.TryRead(LinkType.Ppi, [0, 0, 8, 0, 192, 0, 0, 0, 0, 0, 8, 0, 1, 0, 0, 0, .. Frame], out _));

    [Fact]
    public void A_frame_relay_address_ends() =>
        Assert.Equal(Malformed.BadHeader, PacketView.TryRead(LinkType.FrameRelay, new byte[40], out _));

    [Theory]
    [InlineData(147)] // private use
    [InlineData(182)] // multi-link frame relay
    [InlineData(195)] // IEEE 802.15.4
    [InlineData(227)] // CAN
    public void Others_are_refused(uint link)
    {
        Assert.False(LinkTypes.IsSupported((LinkType)link));
        Assert.Equal(Malformed.UnsupportedLink, PacketView.TryRead((LinkType)link, new byte[60], out _));
    }
}
