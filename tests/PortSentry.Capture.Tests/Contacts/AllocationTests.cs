using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Tests.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Contacts;

public sealed class AllocationTests
{
    private const string Host = "10.0.0.1";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_way_from_frame_to_fact_allocates_nothing(bool own)
    {
        var facts = new FactCount();
        var vantage = new FakeVantage(own ? FakeVantage.Host : Address.Parse("203.0.113.200"), 80);
        using var gate = new Gate(new GateOptions { MaxContacts = 1 << 14, MaxSources = 1 << 14, HoldSingles = !own }, vantage, facts);
        var classifier = new PacketClassifier(gate);
        var frames = Every();
        long time = 1_700_000_000_000_000_000;
        // The least of some rounds: a collection in another thread makes this thread's allocation buffer count in the middle of a round.
        var least = long.MaxValue;
        for (uint round = 0; round < 12; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (uint i = 0; i < 300; i++)
            {
                foreach (var (frame, answers) in frames)
                {
                    var peer = 0xC633_6400 + (round % 4);
                    if (answers) Frames.SetDestination(frame, peer);
                    else Frames.SetSource(frame, peer);
                    var port = (ushort)(1000 + (round * 300) + i);
                    if (answers) Frames.SetSourcePort(frame, port);
                    else Frames.SetDestinationPort(frame, port);
                    classifier.Take(LinkType.Ethernet, time += 1_000_000, frame, frame.Length);
                }
            }
            gate.Advance(time += 5_000_000_000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        if (own) Assert.InRange(facts.Facts, 1000, long.MaxValue);
    }

    // Questions and answers of each protocol; the port is written over for each packet.
    private static (byte[] Frame, bool Answers)[] Every()
    {
        const string peer = "198.51.100.1";
        byte[] Out(IpProtocol protocol, byte[] payload) => Craft.Ethernet(Craft.Ipv4(protocol, payload, Host, peer));
        byte[] In(IpProtocol protocol, byte[] payload, int fragment = 0, byte[]? options = null) =>
            Craft.Ethernet(Craft.Ipv4(protocol, payload, peer, Host, options, fragment));
        return
        [
            (In(IpProtocol.Tcp, Craft.Tcp(40000, 1, TcpFlags.Syn, options: Craft.StackOptions)), false),
            (Out(IpProtocol.Tcp, Craft.Tcp(1, 40000, TcpFlags.Rst | TcpFlags.Ack)), true),
            (In(IpProtocol.Tcp, Craft.Tcp(40000, 1, TcpFlags.Syn)), false),
            (Out(IpProtocol.Tcp, Craft.Tcp(1, 40000, TcpFlags.Syn | TcpFlags.Ack)), true),
            (In(IpProtocol.Tcp, Craft.Tcp(40000, 1, TcpFlags.Ack, new byte[20])), false),
            (In(IpProtocol.Tcp, Craft.Tcp(40000, 1, TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg)), false),
            (In(IpProtocol.Tcp, Craft.Tcp(40000, 1, TcpFlags.None)), false),
            (In(IpProtocol.Tcp, Craft.Tcp(40000, 1, TcpFlags.Syn)[..8], fragment: 0x2000), false),
            (In(IpProtocol.Tcp, Craft.Tcp(40000, 1, TcpFlags.Syn)[8..], fragment: 1), false),
            (In(IpProtocol.Udp, Craft.Udp(40000, 1, new byte[9])), false),
            (In(IpProtocol.Sctp, Craft.Sctp(40000, 1, 1)), false),
            (Out(IpProtocol.Sctp, Craft.Sctp(1, 40000, 6)), true),
            (Out(IpProtocol.Icmp, Craft.Icmp(3, 3, Craft.Ipv4(IpProtocol.Udp, Craft.Udp(40000, 9, new byte[9]), peer, Host))), true),
            (In((IpProtocol)99, new byte[20]), false),
            (In(IpProtocol.Gre, [0, 0, 8, 0, .. Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(40000, 7, TcpFlags.Syn), peer, Host)]), false),
        ];
    }
}
