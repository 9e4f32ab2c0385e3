using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Tests.Contacts;

public sealed class SharedFloodTests
{
    [Fact]
    public void Forged_neighbours_are_not_shared_one_by_one()
    {
        var facts = new FactList();
        using var gate = new Gate(new GateOptions(), new FakeVantage(FakeVantage.Host, 80), facts);
        var classifier = new PacketClassifier(gate);
        var random = new Random(5);
        var syn = Frames.Tcp("192.0.2.1", 40000, "10.0.0.1", 80, TcpFlags.Syn);
        for (var i = 0; i < 200_000; i++)
        {
            Frames.SetSource(syn, 0xC612_0000 + (uint)random.Next(1 << 17)); // 198.18.0.0/15
            Frames.SetDestinationPort(syn, (ushort)random.Next(1000, 60000));
            classifier.Take(LinkType.Ethernet, 1_700_000_000_000_000_000 + (i * 50_000L), syn, syn.Length);
        }
        gate.Advance(1_700_000_100_000_000_000);
        Assert.InRange(facts.Shared, 0, 5000);
    }
}
