using FsCheck;
using FsCheck.Fluent;
using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Tests.Fuzz;

namespace PortSentry.Capture.Tests.Packets;

/// <summary>Foreign bytes: every frame is a span of its exact length, so a read outside would throw.</summary>
public sealed class PacketViewFuzzTests
{
    private static readonly LinkType[] Links = [.. Enum.GetValues<LinkType>(), (LinkType)250];

    private static readonly (LinkType Link, byte[] Frame)[] Good = GoodFrames();

    [Fact]
    public void Random_bytes_never_throw() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            Gen.Elements(Links).ToArbitrary(),
            (bytes, link) => Touch(link, bytes) >= 0));

    [Fact]
    public void Every_truncation_of_a_good_frame_is_read_or_named()
    {
        foreach (var (link, frame) in Good)
            for (var length = 0; length <= frame.Length; length++) Touch(link, frame.AsSpan(0, length));
    }

    [Fact]
    public void Every_single_bit_flip_of_a_good_frame_is_read_or_named()
    {
        foreach (var (link, frame) in Good)
        {
            for (var bit = 0; bit < frame.Length * 8; bit++)
            {
                var copy = (byte[])frame.Clone();
                copy[bit / 8] ^= (byte)(1 << (bit % 8));
                Touch(link, copy);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LinkNumbers))]
    public void Mutated_frames_never_throw(uint link) => FuzzCases.Run(
        8_000, [.. Good.Where(frame => frame.Link == (LinkType)link).Concat(Good).Take(6).Select(static frame => frame.Frame)], bytes => Touch((LinkType)link, bytes));

    public static TheoryData<uint> LinkNumbers => [.. Links.Select(static link => (uint)link)];

    [Fact]
    public void Payload_never_exceeds_the_packet_and_ports_come_with_a_transport() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            (from frame in Gen.Elements(Good)
             from at in Gen.Choose(0, frame.Frame.Length - 1)
             from value in Gen.Choose(0, 255)
             select (frame.Link, frame.Frame, at, (byte)value)).ToArbitrary(),
            test =>
            {
                var copy = (byte[])test.Frame.Clone();
                copy[test.at] = test.Item4;
                return PacketView.TryRead(test.Link, copy, out var packet) != Malformed.None
                    || (packet.PayloadLength >= 0 && packet.PayloadLength <= packet.Length
                        && (packet.HasPorts || (packet.SourcePort == 0 && packet.DestinationPort == 0))
                        && !(packet.IsLaterFragment && packet.HasTransport));
            }));

    [Fact]
    public void Reading_allocates_nothing()
    {
        // The least of some rounds: a collection started by another test retires this thread's allocation buffer in the
        // middle of a round and has its rest counted as ours. A real allocation would show in every round.
        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 200; i++)
                foreach (var (link, frame) in Good) Touch(link, frame);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    // Reads every member of the packet and of what it carries.
    private static int Touch(LinkType link, ReadOnlySpan<byte> frame) =>
        PacketView.TryRead(link, frame, out var packet) == Malformed.None ? Touch(packet, 0) : 0;

    private static int Touch(PacketView packet, int depth)
    {
        var hash = packet.Source.GetHashCode() ^ packet.Destination.GetHashCode() ^ (int)packet.Protocol ^ packet.HopLimit
            ^ packet.SourcePort ^ packet.DestinationPort ^ packet.PayloadLength ^ (int)packet.TcpFlags ^ (int)packet.Sequence
            ^ (int)packet.Acknowledgement ^ packet.Window ^ packet.SctpChunkType ^ packet.IcmpType ^ packet.IcmpCode
            ^ packet.FragmentOffset ^ packet.Length ^ packet.TransportBytes.Length ^ (int)packet.VerifyTransportChecksum();
        if (packet.HasStackOptions || packet.HasIpOptions || packet.IsFragment || packet.IsLaterFragment || packet.IsTunnelled) hash++;
        if (depth > 3) throw new InvalidOperationException("A packet was opened deeper than the parser promises.");
        if (packet.TryReadQuoted(out var quoted)) hash ^= Touch(quoted, depth + 1);
        if (packet.TryReadInner(out var inner)) hash ^= Touch(inner, depth + 1);
        return hash & int.MaxValue;
    }

    private static (LinkType, byte[])[] GoodFrames()
    {
        var syn = Craft.Tcp(40000, 22, TcpFlags.Syn, options: Craft.StackOptions);
        var ip = Craft.Ipv4(IpProtocol.Tcp, syn);
        var ip6 = Craft.Ipv6(IpProtocol.HopByHop, Craft.Extension(IpProtocol.DestinationOptions, Craft.Extension(IpProtocol.Tcp, syn)));
        var inner = Craft.Ethernet(Craft.Ipv4(IpProtocol.Udp, Craft.Udp(1, 53, new byte[20])));
        return
        [
            (LinkType.Ethernet, Craft.Ethernet(ip)),
            (LinkType.Ethernet, Craft.Ethernet6(ip6)),
            (LinkType.Ethernet, Craft.Ethernet(Craft.Tagged(1, Craft.Tagged(2, ip), 0x8100), 0x88A8)),
            (LinkType.Ethernet, Craft.Ethernet([0x11, 0, 0, 1, 0, 99, 0, 0x21, .. ip], 0x8864)),
            (LinkType.Ethernet, Craft.Ethernet([0, 1, 0, 64, 0, 2, 1, 64, .. ip6], 0x8847)),
            (LinkType.Ethernet, Craft.Ethernet([0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. ip], 90)),
            (LinkType.Ethernet, Craft.Ethernet(Craft.Ipv4(IpProtocol.Udp, Craft.Udp(5555, 4789, [8, 0, 0, 0, 0, 0, 7, 0, .. inner])))),
            (LinkType.Ethernet, Craft.Ethernet(Craft.Ipv4(IpProtocol.Gre, [0xB0, 0, 0x65, 0x58, .. new byte[12], .. inner]))),
            (LinkType.Raw, Craft.Ipv4(IpProtocol.IpInIp, Craft.Ipv4(IpProtocol.Ipv6, ip6))),
            (LinkType.Raw, Craft.Ipv4(IpProtocol.Icmp, Craft.Icmp(3, 3, Craft.Ipv4(IpProtocol.Udp, Craft.Udp(1, 161))))),
            (LinkType.Raw, Craft.Ipv6(IpProtocol.Icmpv6, Craft.Icmp(1, 4, ip6))),
            (LinkType.Raw, Craft.Ipv4(IpProtocol.Sctp, Craft.Sctp(1, 2, 1), options: [7, 8, 4, 0, 0, 0, 0, 0])),
            (LinkType.LinuxSll, Craft.Sll(1, ip)),
            (LinkType.LinuxSll2, Craft.Sll2(4, ip6, 0x86DD)),
            (LinkType.Null, [30, 0, 0, 0, .. ip6]),
            (LinkType.Ppp, [0xFF, 3, 0x21, .. ip]),
            (LinkType.NfLog, [2, 0, 0, 0, 5, 0, 10, 0, 65, 0, 0, 0, (byte)(ip.Length + 4), 0, 9, 0, .. ip]),
            (LinkType.Ieee80211, [0x88, 2, .. new byte[24], 0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. ip]),
            (LinkType.FrameRelay, [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0, .. ip]),
            (LinkType.CiscoHdlcWithDirection, [0, 0x0F, 0, 8, 0, .. ip]),
            (LinkType.Slip, [1, 0x40, .. new byte[14], .. ip]),
            (LinkType.ArcnetLinux, [1, 2, 0, 0, 212, 0, 0, 1, .. ip]),
            (LinkType.Ppi, [0, 0, 8, 0, 1, 0, 0, 0, .. Craft.Ethernet6(ip6)]),
            (LinkType.PkTap, [108, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, .. new byte[96], .. Craft.Ethernet(ip)]),
            (LinkType.Ieee80211Radiotap, [0, 0, 9, 0, 2, 0, 0, 0, 0x20, 8, 2, .. new byte[22], 0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. ip]),
        ];
    }
}
