using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Contacts;

/// <summary>A million forged sources in ten seconds, and one real scanner among them.</summary>
public sealed class FloodTests
{
    private const int Flood = 1_000_000;
    private const long Second = 1_000_000_000;
    private const long Start = 1_700_000_000 * Second;
    private const int MaxContacts = 1 << 18;
    private const int MaxSources = 1 << 18;

    private static readonly Address Scanner = Address.Parse("198.51.100.9");

    [Fact]
    public void Forged_sources_are_withheld_the_scanner_comes_through_and_all_is_as_before_in_a_minute()
    {
        var facts = new FactList();
        using var gate = NewGate(facts);
        var end = Run(gate);

        var counters = gate.Read();
        Assert.True(counters.InFlood);
        Assert.Equal(1, counters.Floods);
        Assert.InRange(counters.Contacts, 1, MaxContacts + 8);
        Assert.InRange(counters.Sources, 1, MaxSources + 8);
        // Before the flood is known for one, as many as may be new in a second pass.
        Assert.InRange(facts.Facts.Count(static fact => fact.Source != Scanner), 0, 1000);
        // The first ones show that it is none of the crowd.
        Assert.InRange(facts.Facts.Count(static fact => fact.Source == Scanner), 10, 20);
        Assert.Equal(facts.Facts.Count, counters.Facts);
        // Sources drawn twice make repeats; all others were given, withheld, or made room for others.
        Assert.InRange(counters.Facts + counters.Withheld + counters.Evicted, Flood * 0.99, long.MaxValue);

        var newcomer = Frames.Tcp("192.0.2.44", 40000, "10.0.0.1", 9999, TcpFlags.Syn);
        new PacketClassifier(gate).Take(LinkType.Ethernet, end + (60 * Second), newcomer, newcomer.Length);
        gate.Advance(end + (61 * Second));
        Assert.Contains(facts.Facts, static fact => fact.Source == Address.Parse("192.0.2.44"));
        Assert.False(gate.Read().InFlood);
    }

    [Fact]
    public void A_flood_of_an_open_port_is_withheld_too()
    {
        var facts = new FactList();
        using var gate = NewGate(facts);
        var classifier = new PacketClassifier(gate);
        var random = new Random(5);
        var syn = Frames.Tcp("192.0.2.1", 40000, "10.0.0.1", 80, TcpFlags.Syn);
        var answer = Frames.Tcp("10.0.0.1", 80, "192.0.2.1", 40000, TcpFlags.Syn | TcpFlags.Ack);
        // 1,000 sources a second; each SYN-ACK is sent again after one second and after three, as nobody answers.
        var sources = new uint[50_000];
        for (var i = 0; i < sources.Length; i++)
        {
            var time = Start + (i * (Second / 1000));
            sources[i] = (uint)random.NextInt64(0x0B00_0000, 0xDF00_0000);
            Frames.SetSource(syn, sources[i]);
            classifier.Take(LinkType.Ethernet, time, syn, syn.Length);
            foreach (var ago in (int[])[0, 1000, 3000])
            {
                if (i < ago) continue;
                Frames.SetDestination(answer, sources[i - ago]);
                classifier.Take(LinkType.Ethernet, time, answer, answer.Length);
            }
        }

        Assert.InRange(facts.Facts.Count, 0, 1000);
        Assert.InRange(gate.Read().Withheld, 45_000, 50_000);
    }

    [Fact]
    public void A_flood_of_forged_sources_takes_no_memory()
    {
        var facts = new FactList();
        using var gate = NewGate(facts);
        Run(gate);
        // Those that came before it was known for a flood.
        Assert.InRange(gate.Read().Contacts, 1, 20_000);
        Assert.InRange(gate.Read().Sources, 1, 20_000);
    }

    [Fact]
    public void A_flood_of_a_served_port_takes_no_memory_though_nobody_fails()
    {
        var facts = new FactList();
        using var gate = NewGate(facts);
        Send(gate, Flood, 100_000, port: static _ => 80, answers: true);
        Assert.True(gate.Read().InFlood);
        Assert.InRange(gate.Read().Contacts, 1, 20_000);
        Assert.Empty(facts.Facts);
    }

    [Fact]
    public void Sources_of_a_small_range_that_ask_for_all_ports_are_a_crowd_and_a_fast_scanner_is_none_of_it()
    {
        var facts = new FactList();
        using var gate = NewGate(facts);
        var end = Send(gate, Flood, 100_000, port: static n => (ushort)(1 + (n % 65535)), first: 0xC612_0000, range: 1 << 16);
        // Of 65,536 sources with fifteen contacts each: those before it was known for a flood, and few more.
        Assert.InRange(facts.Facts.Select(static fact => fact.Source).Distinct().Count(), 1, 1000);

        var classifier = new PacketClassifier(gate);
        for (ushort probe = 0; probe < 100; probe++)
        {
            var syn = Frames.Tcp(Scanner.ToString(), 50000, "10.0.0.1", (ushort)(2000 + probe), TcpFlags.Syn);
            classifier.Take(LinkType.Ethernet, end + (probe * (Second / 1000)), syn, syn.Length);
        }
        gate.Advance(end + Second);
        Assert.InRange(facts.Facts.Count(static fact => fact.Source == Scanner), 20, 100);
    }

    [Fact]
    public void Many_new_clients_of_a_container_do_not_keep_a_flood_alive()
    {
        var facts = new FactList();
        using var gate = NewGate(facts);
        var end = Run(gate);
        // Port 8443 has no socket here, and answers all the same: 500 new clients a second, for a minute.
        Send(gate, 30_000, 500, port: static _ => 8443, answers: true, start: end);
        Assert.False(gate.Read().InFlood);
    }

    private static Gate NewGate(FactList facts) =>
        new(new GateOptions { MaxContacts = MaxContacts, MaxSources = MaxSources }, new FakeVantage(FakeVantage.Host, 80), facts);

    // Returns the time of the last packet.
    private static long Send(
        Gate gate, int packets, int perSecond, Func<int, ushort> port, bool answers = false, uint first = 0x0B00_0000, uint range = 0xD300_0000, long start = Start)
    {
        var classifier = new PacketClassifier(gate);
        var random = new Random(7);
        var syn = Frames.Tcp("192.0.2.1", 40000, "10.0.0.1", 80, TcpFlags.Syn);
        var answer = Frames.Tcp("10.0.0.1", 80, "192.0.2.1", 40000, TcpFlags.Syn | TcpFlags.Ack);
        var time = start;
        for (var i = 0; i < packets; i++)
        {
            time += Second / perSecond;
            var source = first + (uint)random.NextInt64(range);
            Frames.SetSource(syn, source);
            Frames.SetDestinationPort(syn, port(i));
            classifier.Take(LinkType.Ethernet, time, syn, syn.Length);
            if (!answers) continue;
            Frames.SetDestination(answer, source);
            Frames.SetSourcePort(answer, port(i));
            classifier.Take(LinkType.Ethernet, time, answer, answer.Length);
        }
        return time;
    }

    // Returns the time of the last packet.
    private static long Run(Gate gate)
    {
        var classifier = new PacketClassifier(gate);
        var random = new Random(20261123);
        var forged = Frames.Tcp("192.0.2.1", 40000, "10.0.0.1", 7777, TcpFlags.Syn);
        var real = Frames.Tcp(Scanner.ToString(), 50000, "10.0.0.1", 1, TcpFlags.Syn);
        var time = Start;
        for (var i = 0; i < Flood; i++)
        {
            time = Start + (i * (10 * Second / Flood));
            Frames.SetSource(forged, (uint)random.NextInt64(0x0B00_0000, 0xDF00_0000));
            classifier.Take(LinkType.Ethernet, time, forged, forged.Length);
            if (i % (Flood / 20) != Flood / 40) continue;
            Frames.SetDestinationPort(real, (ushort)(2000 + (i / (Flood / 20))));
            classifier.Take(LinkType.Ethernet, time, real, real.Length);
        }
        gate.Advance(time + Second);
        return time;
    }
}
