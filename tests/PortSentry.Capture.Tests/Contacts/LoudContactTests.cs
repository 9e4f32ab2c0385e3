using PortSentry.Capture.Contacts;
using PortSentry.Capture.Filter;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Tests.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Contacts;

/// <summary>One who goes on and on with one port is left to the kernel, and nothing else of him is.</summary>
public sealed class LoudContactTests
{
    private const string Source = "198.51.100.9", Host = "10.0.0.1";
    private const long Second = 1_000_000_000;
    private const long Start = 1_700_000_000 * Second;

    private static readonly LoudContact Flooded = new(Address.Parse(Source), Address.Parse(Host), IpProtocol.Tcp, 111);

    [Fact]
    public void A_contact_that_repeats_itself_thousands_of_times_a_second_is_loud_for_half_a_minute()
    {
        using var gate = NewGate();
        var end = Send(gate, 30_000, 30_000);
        Assert.Equal([Flooded], gate.Loud.Current);
        Assert.Equal(1, gate.Read().Loud);
        gate.Advance(end + (29 * Second));
        Assert.Single(gate.Loud.Current);
        gate.Advance(end + (31 * Second));
        Assert.Empty(gate.Loud.Current);
    }

    [Fact]
    public void A_client_that_retries_is_not()
    {
        using var gate = NewGate();
        Send(gate, 30_000, 1000);
        Assert.Empty(gate.Loud.Current);
    }

    [Fact]
    public void One_that_was_not_judged_is_not()
    {
        using var gate = NewGate(111);
        Send(gate, 30_000, 30_000);
        Assert.Empty(gate.Loud.Current);
    }

    [Fact]
    public void The_kernel_keeps_both_directions_of_it_and_nothing_else()
    {
        using var filter = FilterExpression.Compile(LinkType.Raw, KernelFilter.Build(new KernelFilterOptions(LinkType.Raw) { Loud = [Flooded] }));
        Assert.False(Passes(Source, 40000, Host, 111, TcpFlags.Syn));
        Assert.False(Passes(Host, 111, Source, 40000, TcpFlags.Rst));
        Assert.True(Passes(Source, 40000, Host, 112, TcpFlags.Syn));
        Assert.True(Passes(Source, 40000, "10.0.0.2", 111, TcpFlags.Syn));
        Assert.True(Passes("198.51.100.10", 40000, Host, 111, TcpFlags.Syn));

        bool Passes(string from, ushort fromPort, string to, ushort toPort, TcpFlags flags)
        {
            var packet = Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(fromPort, toPort, flags), from, to);
            return filter.Matches(packet, packet.Length);
        }
    }

    private static Gate NewGate(params ushort[] listening) => new(new GateOptions(), new FakeVantage(FakeVantage.Host, listening), new FactCount());

    // Returns the time of the last packet.
    private static long Send(Gate gate, int packets, int perSecond)
    {
        var classifier = new PacketClassifier(gate);
        var syn = Frames.Tcp(Source, 40000, Host, 111, TcpFlags.Syn);
        var time = Start;
        for (var i = 0; i < packets; i++) classifier.Take(LinkType.Ethernet, time += Second / perSecond, syn, syn.Length);
        return time;
    }
}
