using FsCheck;
using FsCheck.Fluent;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Replay;
using PortSentry.Capture.Sources;
using PortSentry.Capture.Tests.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Contacts;

/// <summary>Whatever comes over the wire, in whatever order and at whatever times.</summary>
public sealed class GatePropertyTests
{
    private const int Capacity = 64;
    private const long Second = 1_000_000_000;

    private static readonly string[] Addresses = ["10.0.0.1", "198.51.100.1", "198.51.100.2", "203.0.113.9", "192.0.2.77"];
    private static readonly ushort[] Ports = [20, 21, 53, 80, 443, 7001, 7002, 33434, 40000, 50000];

    private static readonly TcpFlags[] Flags =
    [
        TcpFlags.Syn, TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Fin | TcpFlags.Ack,
        TcpFlags.None, TcpFlags.Fin, TcpFlags.Syn | TcpFlags.Fin, TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg,
    ];

    private static Arbitrary<(long Wait, byte[] Frame)[]> Traffic => Gen.ArrayOf(
        from wait in Gen.Frequency(
            (8, Gen.Choose(0, 1000).Select(static ms => ms * (Second / 1000))),
            (1, Gen.Choose(1, 20).Select(static seconds => seconds * Second)),
            (1, Gen.Constant(-5 * Second))) // captures run backwards at times
        from frame in Frame
        select (wait, frame)).ToArbitrary();

    private static Gen<byte[]> Frame =>
        from source in Gen.Elements(Addresses)
        from destination in Gen.Elements(Addresses)
        from sourcePort in Gen.Elements(Ports)
        from port in Gen.Elements(Ports)
        from flags in Gen.Elements(Flags)
        from shape in Gen.Choose(0, 9)
        select Craft.Ethernet(shape switch
        {
            0 => Craft.Ipv4(IpProtocol.Udp, Craft.Udp(sourcePort, port, new byte[9]), source, destination),
            1 => Craft.Ipv4(IpProtocol.Icmp, Craft.Icmp(3, 3, Craft.Ipv4(IpProtocol.Udp, Craft.Udp(port, sourcePort, new byte[9]), destination, source)), source, destination),
            2 => Craft.Ipv4(IpProtocol.Sctp, Craft.Sctp(sourcePort, port, (byte)(port % 12)), source, destination),
            3 => Craft.Ipv4((IpProtocol)(port % 256), new byte[40], source, destination),
            4 => Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(sourcePort, port, flags)[..8], source, destination, fragment: 0x2000),
            5 => Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(sourcePort, port, flags)[8..], source, destination, fragment: 1),
            _ => Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(sourcePort, port, flags, new byte[port % 3]), source, destination),
        });

    [Fact]
    public void No_fact_is_given_twice_within_the_window() => Check((_, facts) =>
        facts.Facts.DistinctBy(static fact => (fact.Source, fact.Destination, fact.Protocol, fact.Port, fact.Kind)).Count() == facts.Facts.Count);

    [Fact]
    public void Tables_never_outgrow_their_bounds() => Check(static (gate, _) =>
        gate.Read() is { Contacts: <= Capacity + 8, Sources: <= Capacity + 8 });

    [Fact]
    public void Facts_given_are_facts_counted() => Check(static (gate, facts) => gate.Read().Facts == facts.Facts.Count);

    [Fact]
    public void Own_addresses_are_never_suspects() => Check(static (_, facts) => facts.Facts.TrueForAll(static fact => fact.Source != FakeVantage.Host));

    [Fact]
    public void Time_of_a_fact_never_runs_backwards() => Check(static (_, facts) =>
        facts.Facts.Zip(facts.Facts.Skip(1)).All(static pair => pair.First.At <= pair.Second.At));

    [Fact]
    public void A_failed_contact_was_given_withheld_or_cut_off() => Check(static (gate, _) =>
    {
        var failed = 0;
        gate.ForEachContact(contact => failed += contact.State == ContactState.Failed ? 1 : 0);
        var counters = gate.Read();
        return failed <= counters.Facts + counters.Withheld + counters.CutOff;
    });

    [Fact]
    public void Every_packet_is_counted() => Prop.ForAll(Traffic, static traffic =>
    {
        using var gate = Run(traffic, new FactList());
        var counters = gate.Read();
        return counters.Packets == traffic.Length && counters.Malformed + counters.Other <= counters.Packets;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_blocked_source_gives_no_facts() => Prop.ForAll(Traffic, static traffic =>
    {
        var facts = new FactList();
        using var gate = new Gate(new GateOptions { MaxContacts = Capacity, MaxSources = Capacity }, new FakeVantage(FakeVantage.Host, 80), facts);
        foreach (var address in Addresses) gate.Block(Address.Parse(address));
        Feed(gate, traffic);
        return facts.Facts.Count == 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Frames_together_give_what_they_give_one_by_one() => Prop.ForAll(Traffic, static traffic =>
    {
        var (alone, together) = (new FactList(), new FactList());
        // A file's view: data is seen, and so connections settle. Big tables: which contact makes room for another is left to chance.
        var options = new GateOptions { MaxContacts = 1 << 14, MaxSources = 1 << 14 };
        var vantage = new FileVantage([], [], TrapPorts.None);
        using var first = new Gate(options, vantage, alone);
        using var second = new Gate(options, vantage, together);
        Feed(first, traffic);
        FeedTogether(second, traffic);
        return alone.Facts.SequenceEqual(together.Facts) && first.Read() == second.Read();
    }).QuickCheckThrowOnFailure();

    private static void Check(Func<Gate, FactList, bool> holds) => Prop.ForAll(Traffic, traffic =>
    {
        var facts = new FactList();
        using var gate = Run(traffic, facts);
        return holds(gate, facts);
    }).QuickCheckThrowOnFailure();

    private static Gate Run((long Wait, byte[] Frame)[] traffic, FactList facts)
    {
        var gate = new Gate(new GateOptions { MaxContacts = Capacity, MaxSources = Capacity }, new FakeVantage(FakeVantage.Host, 80), facts);
        Feed(gate, traffic);
        return gate;
    }

    private static void Feed(Gate gate, (long Wait, byte[] Frame)[] traffic)
    {
        var classifier = new PacketClassifier(gate);
        var now = 1_700_000_000 * Second;
        foreach (var (wait, frame) in traffic)
        {
            now += wait;
            classifier.Take(LinkType.Ethernet, now, frame, frame.Length);
        }
        gate.Advance(now + (60 * Second));
    }

    private static void FeedTogether(Gate gate, (long Wait, byte[] Frame)[] traffic)
    {
        var classifier = new PacketClassifier(gate);
        var now = 1_700_000_000 * Second;
        foreach (var batch in traffic.Chunk(FrameBatch.Size))
        {
            List<byte> window = [];
            List<FrameRecord> frames = [];
            foreach (var (wait, frame) in batch)
            {
                frames.Add(new FrameRecord(now += wait, window.Count, frame.Length, frame.Length));
                window.AddRange(frame);
            }
            classifier.Take(LinkType.Ethernet, window.ToArray(), frames.ToArray());
        }
        gate.Advance(now + (60 * Second));
    }
}
