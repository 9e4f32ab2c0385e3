using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Tests.Contacts;

public sealed class ServedContactsTests
{
    private const string Client = "198.51.100.9", Host = "10.0.0.1";
    private const long Start = 1_700_000_000_000_000_000;

    private readonly ServedContacts _served = new();

    [Fact]
    public void A_gate_tells_what_succeeded_and_nothing_else()
    {
        using var gate = new Gate(new GateOptions(), new FakeVantage(FakeVantage.Host, 80, 443), new FactList(), _served);
        var classifier = new PacketClassifier(gate);
        var time = Start;
        Send(Client, 40001, Host, 80, TcpFlags.Syn);
        Send(Host, 80, Client, 40001, TcpFlags.Syn | TcpFlags.Ack);
        Assert.False(Holds(80));
        Send(Client, 40001, Host, 80, TcpFlags.Fin | TcpFlags.Ack);
        Send(Client, 40002, Host, 443, TcpFlags.Syn);
        Send(Client, 40003, Host, 81, TcpFlags.Syn);
        Send(Host, 81, Client, 40003, TcpFlags.Rst | TcpFlags.Ack);
        Assert.True(Holds(80));
        Assert.False(Holds(443));
        Assert.False(Holds(81));

        void Send(string from, ushort fromPort, string to, ushort toPort, TcpFlags flags)
        {
            var frame = Frames.Tcp(from, fromPort, to, toPort, flags);
            classifier.Take(LinkType.Ethernet, time += 1_000_000, frame, frame.Length);
        }
    }

    [Fact]
    public void The_newer_ones_of_a_hundred_thousand_are_known_and_no_stranger_is()
    {
        for (var i = 0u; i < 100_000; i++) _served.Note(Address.FromV4(i), FakeVantage.Host, IpProtocol.Tcp, 80);
        Assert.True(_served.Holds(Address.FromV4(99_999), FakeVantage.Host, IpProtocol.Tcp, 80));
        Assert.Equal(0, Enumerable.Range(0, 100_000).Count(i => _served.Holds(Address.FromV4((uint)i), FakeVantage.Host, IpProtocol.Udp, 80)));
    }

    private bool Holds(ushort port) => _served.Holds(Address.Parse(Client), FakeVantage.Host, IpProtocol.Tcp, port);
}
