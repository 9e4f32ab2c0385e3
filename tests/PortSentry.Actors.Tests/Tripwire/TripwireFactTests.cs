using System.Buffers.Binary;
using PortSentry.Actors.Tripwire;
using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Actors.Tests.Tripwire;

public class TripwireFactTests
{
    private static readonly Instant At = new(1_700_000_000_000_000_000);

    [Theory]
    [InlineData(0x02, ProbeKind.TcpSyn, Outcome.Unserved)]
    [InlineData(0x10, ProbeKind.TcpAck, Outcome.Refused)]
    [InlineData(0x11, ProbeKind.TcpMaimon, Outcome.Refused)]
    [InlineData(0x00, ProbeKind.TcpNull, Outcome.Odd)]
    [InlineData(0x01, ProbeKind.TcpFin, Outcome.Odd)]
    [InlineData(0x29, ProbeKind.TcpXmas, Outcome.Odd)]
    [InlineData(0x03, ProbeKind.TcpOther, Outcome.Odd)]
    public void Flags_tell_the_kind_and_each_kind_weighs(byte flags, ProbeKind kind, Outcome outcome)
    {
        var packet = Packet(6, 40);
        packet[32] = 0x50;
        packet[33] = flags;
        Assert.True(TripwireFact.TryRead(packet, At, out var fact));
        Assert.Equal((kind, outcome, flags), (fact.Kind, fact.Outcome, fact.TcpFlags));
        Assert.Equal((Address.Parse("192.0.2.1"), Address.Parse("198.51.100.1"), (ushort)111), (fact.Source, fact.Destination, fact.Port));
        Assert.True(Weights.Default.Of(fact) >= 1);
    }

    [Fact]
    public void A_RST_that_gives_up_a_half_open_connection_tells_of_its_SYN()
    {
        var packet = Packet(6, 40);
        packet[32] = 0x50;
        packet[33] = 0x04;
        Assert.True(TripwireFact.TryRead(packet, At, out var fact));
        Assert.Equal((ProbeKind.TcpSyn, Outcome.HalfOpen, (byte)0x02), (fact.Kind, fact.Outcome, fact.TcpFlags));
        Assert.Equal(1, Weights.Default.Of(fact));
    }

    [Fact]
    public void A_protocol_without_ports_is_its_own_port()
    {
        Assert.True(TripwireFact.TryRead(Packet(99, 40), At, out var fact));
        Assert.Equal((ProbeKind.IpProtocol, (ushort)99), (fact.Kind, fact.Port));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(19)]
    [InlineData(22)]
    public void What_is_cut_short_is_no_fact(int length) => Assert.False(TripwireFact.TryRead(Packet(6, 40).AsSpan(0, length), At, out _));

    private static byte[] Packet(byte protocol, int length)
    {
        var packet = new byte[length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)length);
        packet[8] = 64;
        packet[9] = protocol;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), 0xC000_0201);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), 0xC633_6401);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 40_000);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), 111);
        return packet;
    }
}
