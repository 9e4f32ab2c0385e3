using PortSentry.Capture.Filter;
using PortSentry.Capture.Interop.Libpcap;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Tests.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Filter;

public sealed class KernelFilterTests
{
    public static readonly TheoryData<LinkType> Links = [LinkType.Ethernet, LinkType.LinuxSll, LinkType.LinuxSll2, LinkType.Raw];

    [Theory]
    [MemberData(nameof(Links))]
    public void Everything_but_plain_data_and_acknowledgements_passes(LinkType link)
    {
        using var filter = FilterExpression.Compile(link, KernelFilter.Build(new KernelFilterOptions(link)));
        for (var flags = 0; flags < 256; flags++)
        {
            var isEvidence = ((TcpFlags)flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Ack)) != TcpFlags.Ack;
            var segment = Craft.Tcp(1, 2, (TcpFlags)flags, [1, 2, 3]);
            Assert.Equal(isEvidence, Passes(filter, link, Craft.Ipv4(IpProtocol.Tcp, segment)));
            Assert.Equal(isEvidence, Passes(filter, link, Craft.Ipv4(IpProtocol.Tcp, segment, options: [1, 1, 1, 1])));
            Assert.Equal(isEvidence, Passes(filter, link, Craft.Ipv6(IpProtocol.Tcp, segment)));
            if (link == LinkType.Ethernet)
            {
                Assert.Equal(isEvidence, filter.Matches(Craft.Ethernet(Craft.Tagged(5, Craft.Ipv4(IpProtocol.Tcp, segment)), 0x8100), 100));
                Assert.Equal(isEvidence, filter.Matches(Craft.Ethernet(Craft.Tagged(5, Craft.Ipv6(IpProtocol.Tcp, segment), 0x86DD), 0x8100), 100));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Links))]
    public void Other_protocols_fragments_and_extension_headers_pass(LinkType link)
    {
        using var filter = FilterExpression.Compile(link, KernelFilter.Build(new KernelFilterOptions(link)));
        var data = Craft.Tcp(1, 2, TcpFlags.Ack | TcpFlags.Psh, [1, 2, 3, 4, 5, 6, 7, 8]);
        byte[][] evidence =
        [
            Craft.Ipv4(IpProtocol.Udp, Craft.Udp(1, 53)),
            Craft.Ipv6(IpProtocol.Udp, Craft.Udp(1, 53)),
            Craft.Ipv4(IpProtocol.Sctp, Craft.Sctp(1, 2, 1)),
            Craft.Ipv4(IpProtocol.Icmp, Craft.Icmp(3, 3, Craft.Ipv4(IpProtocol.Tcp, data))),
            Craft.Ipv6(IpProtocol.Icmpv6, Craft.Icmp(1, 4, Craft.Ipv6(IpProtocol.Tcp, data))),
            Craft.Ipv4(IpProtocol.Igmp, new byte[8]),
            Craft.Ipv4((IpProtocol)200, []),
            Craft.Ipv4(IpProtocol.Tcp, data, fragment: 0x2000),
            Craft.Ipv4(IpProtocol.Tcp, data[..8], fragment: 0x2000),
            Craft.Ipv4(IpProtocol.Tcp, data[8..], fragment: 0x2001),
            Craft.Ipv4(IpProtocol.Tcp, data[8..], fragment: 1),
            Craft.Ipv6(IpProtocol.Fragment, Craft.FragmentHeader(IpProtocol.Tcp, 0, true, data)),
            Craft.Ipv6(IpProtocol.DestinationOptions, Craft.Extension(IpProtocol.Tcp, data)),
        ];
        foreach (var packet in evidence) Assert.True(Passes(filter, link, packet));
        if (link == LinkType.Ethernet) Assert.False(filter.Matches(Craft.Ethernet(new byte[28], 0x0806), 42));
    }

    [Fact]
    public void Ignored_prefixes_never_leave_the_kernel()
    {
        var options = new KernelFilterOptions(LinkType.Ethernet) { Ignored = [Prefix.Parse("198.51.100.0/24"), Prefix.Parse("2001:db8:bad::7")] };
        using var filter = FilterExpression.Compile(LinkType.Ethernet, KernelFilter.Build(options));
        var syn = Craft.Tcp(1, 2, TcpFlags.Syn);
        Assert.False(filter.Matches(Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, syn)), 60));
        Assert.False(filter.Matches(Craft.Ethernet(Craft.Tagged(5, Craft.Ipv4(IpProtocol.Tcp, syn)), 0x8100), 60));
        Assert.False(filter.Matches(Craft.Ethernet6(Craft.Ipv6(IpProtocol.Tcp, syn)), 60));
        Assert.False(filter.Matches(Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, syn, Craft.Home, Craft.Attacker)), 60));
        Assert.True(filter.Matches(Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, syn, "203.0.113.9")), 60));
        Assert.True(filter.Matches(Craft.Ethernet6(Craft.Ipv6(IpProtocol.Tcp, syn, "2001:db8:bad::8")), 60));
    }

    [Fact]
    public void Busy_service_is_left_out_in_its_own_direction_only()
    {
        var options = new KernelFilterOptions(LinkType.Ethernet) { BusyUdpPorts = [53], Home = [Prefix.Parse(Craft.Home)] };
        using var filter = FilterExpression.Compile(LinkType.Ethernet, KernelFilter.Build(options));
        Assert.False(filter.Matches(Craft.Ethernet(Craft.Ipv4(IpProtocol.Udp, Craft.Udp(9, 53))), 60));
        Assert.False(filter.Matches(Craft.Ethernet(Craft.Ipv4(IpProtocol.Udp, Craft.Udp(53, 9), Craft.Home, Craft.Attacker)), 60));
        Assert.True(filter.Matches(Craft.Ethernet(Craft.Ipv4(IpProtocol.Udp, Craft.Udp(53, 161))), 60));
        Assert.True(filter.Matches(Craft.Ethernet(Craft.Ipv4(IpProtocol.Udp, Craft.Udp(9, 54))), 60));

        Assert.DoesNotContain("53", KernelFilter.Build(options with { Home = [], Ignored = [] }).Replace("ip6[53]", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Longest_filter_still_compiles()
    {
        var options = new KernelFilterOptions(LinkType.Ethernet)
        {
            Ignored = [.. Enumerable.Range(0, KernelFilter.MaxIgnored).Select(i => Prefix.Parse($"2001:db8:{i:x}::/48"))],
            Home = [.. Enumerable.Range(0, 8).Select(i => Prefix.Parse($"2001:db8:ff:{i:x}::/64"))],
            BusyUdpPorts = [.. Enumerable.Range(1000, KernelFilter.MaxBusyPorts).Select(i => (ushort)i)],
        };
        using var filter = FilterExpression.Compile(LinkType.Ethernet, KernelFilter.Build(options));
        // BPF_MAXINSNS of the kernel.
        Assert.InRange(filter.Instructions.Length, 1, 4096);
    }

    [Fact]
    public void Wrong_expression_is_refused_with_its_text()
    {
        var refusal = Assert.Throws<LibpcapException>(() => FilterExpression.Compile(LinkType.Ethernet, "tcp porr 22"));
        Assert.Contains("tcp porr 22", refusal.Message, StringComparison.Ordinal);
    }

    private static bool Passes(FilterExpression filter, LinkType link, byte[] ip)
    {
        ushort type = ip[0] >> 4 == 6 ? (ushort)0x86DD : (ushort)0x0800;
        var frame = link switch
        {
            LinkType.Ethernet => Craft.Ethernet(ip, type),
            LinkType.LinuxSll => Craft.Sll(0, ip, type),
            LinkType.LinuxSll2 => Craft.Sll2(0, ip, type),
            _ => ip,
        };
        return filter.Matches(frame, frame.Length);
    }
}
