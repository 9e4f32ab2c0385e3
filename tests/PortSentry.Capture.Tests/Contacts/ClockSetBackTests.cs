using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Tests.Contacts;

/// <summary>A host that boots two hours ahead, and is told the time then.</summary>
public sealed class ClockSetBackTests
{
    private const string Source = "198.51.100.9", Host = "10.0.0.1";
    private const long Second = 1_000_000_000, Start = 1_700_000_000 * Second, Earlier = Start - (7200 * Second);

    private readonly FactList _facts = new();

    [Fact]
    public void What_is_not_answered_afterwards_is_evidence_after_the_same_grace()
    {
        using var gate = NewGate();
        Ask(gate, Source, 1001, Start);
        gate.SetBack(Earlier);
        Ask(gate, Source, 1002, Earlier + 1);
        gate.Advance(Earlier + Second);
        var fact = Assert.Single(_facts.Facts);
        Assert.Equal((ushort)1002, fact.Port);
        Assert.Equal(Outcome.Unserved, fact.Outcome);
        Assert.InRange(fact.At.Nanoseconds, Earlier, Earlier + Second);
    }

    [Fact]
    public void The_new_sources_of_hours_are_no_flood_and_a_flood_before_is_over()
    {
        using var gate = NewGate();
        for (var i = 0; i < 1000; i++) Ask(gate, $"203.0.{i >> 8}.{i & 255}", 1001, Start + i);
        gate.Advance(Start + (Second / 2));
        Assert.True(gate.Read().InFlood);
        gate.SetBack(Earlier);
        for (var i = 0; i < 1000; i++) Ask(gate, $"203.1.{i >> 8}.{i & 255}", 1001, Earlier + (i * Second));
        Assert.False(gate.Read().InFlood);
        Assert.Equal(1, gate.Read().Floods);
    }

    private Gate NewGate() => new(new GateOptions { MaxContacts = 8192, MaxSources = 8192 }, new FakeVantage(FakeVantage.Host, 80), _facts);

    private static void Ask(Gate gate, string source, ushort port, long time)
    {
        var frame = Frames.Tcp(source, 40000, Host, port, TcpFlags.Syn);
        new PacketClassifier(gate).Take(LinkType.Ethernet, time, frame, frame.Length);
    }
}
