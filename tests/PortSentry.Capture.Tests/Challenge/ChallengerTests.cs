using PortSentry.Capture.Challenge;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Tests.Packets;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Challenge;

public sealed class ChallengerTests
{
    private const uint TheirNumber = 0xFFFF_FFFF;

    private static readonly Flow Flow4 = new(Address.Parse("10.0.0.1"), 23, Address.Parse("198.51.100.9"), 40_000);
    private static readonly Flow Flow6 = new(Address.Parse("fd99::1"), 23, Address.Parse("2001:db8::9"), 40_000);

    private readonly Clock _clock = new();
    private readonly SynCookies _cookies;
    private readonly Challenger _challenger;

    public ChallengerTests()
    {
        _cookies = new SynCookies(_clock);
        _challenger = new Challenger(_cookies);
    }

    public static TheoryData<bool> Families => [true, false];

    [Theory, MemberData(nameof(Families))]
    public void A_SYN_is_answered_by_a_SYN_ACK_that_a_stack_accepts(bool isV4)
    {
        var flow = isV4 ? Flow4 : Flow6;
        var bytes = new byte[SynAck.MaxBytes];

        var length = _challenger.Answer(Segment(flow, TcpFlags.Syn, TheirNumber), bytes, out var peer);

        Assert.Equal((isV4 ? 44 : 64, flow), (length, peer));
        Assert.Equal(Malformed.None, PacketView.TryRead(LinkType.Raw, bytes.AsSpan(0, length), out var answer));
        Assert.Equal((flow.Own, flow.OwnPort, flow.Peer, flow.PeerPort), (answer.Source, answer.SourcePort, answer.Destination, answer.DestinationPort));
        Assert.Equal((TcpFlags.Syn | TcpFlags.Ack, 0u, _cookies.Make(flow)), (answer.TcpFlags, answer.Acknowledgement, answer.Sequence));
        Assert.Equal((length, 0), (answer.Length, answer.PayloadLength));
        Assert.Equal(ChecksumVerdict.Good, answer.VerifyTransportChecksum());
        if (isV4) Assert.Equal(0, Craft.InternetChecksum(bytes.AsSpan(0, 20)));
    }

    [Theory, MemberData(nameof(Families))]
    public void Who_acknowledges_the_number_is_proven(bool isV4)
    {
        var flow = isV4 ? Flow4 : Flow6;
        Assert.True(_challenger.IsProof(Ack(flow, _cookies.Make(flow)), out var proven));
        Assert.Equal(flow, proven);
    }

    [Fact]
    public void A_guessed_number_proves_nothing()
    {
        var cookie = _cookies.Make(Flow4);
        Assert.False(_challenger.IsProof(Ack(Flow4, cookie + 1), out _));
        Assert.False(_challenger.IsProof(Ack(Flow4, 0), out _));
        Assert.False(_challenger.IsProof(Segment(Flow4, TcpFlags.Rst | TcpFlags.Ack, 0, cookie + 1), out _));
    }

    [Fact]
    public void A_number_is_of_one_connection_only()
    {
        var cookie = _cookies.Make(Flow4);
        foreach (var other in (Flow[])[
            Flow4 with { OwnPort = 24 }, Flow4 with { PeerPort = 40_001 }, Flow4 with { Own = Address.Parse("10.0.0.2") }, Flow4 with { Peer = Address.Parse("198.51.100.10") },
            new(Flow4.Peer, Flow4.PeerPort, Flow4.Own, Flow4.OwnPort)])
            Assert.False(_cookies.IsOurs(other, cookie));
    }

    [Fact]
    public void A_number_holds_for_its_slot_and_the_next()
    {
        var cookie = _cookies.Make(Flow4);
        _clock.Seconds += 64;
        Assert.True(_cookies.IsOurs(Flow4, cookie));
        Assert.NotEqual(cookie, _cookies.Make(Flow4));
        _clock.Seconds += 64;
        Assert.False(_cookies.IsOurs(Flow4, cookie));
    }

    [Fact]
    public void To_know_a_number_again_allocates_nothing()
    {
        var least = long.MaxValue;
        for (var round = 0; round < 12; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (uint i = 0; i < 100; i++) _cookies.IsOurs(Flow4, i);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Fact]
    public void Another_start_has_another_key() => Assert.False(new SynCookies(_clock).IsOurs(Flow4, _cookies.Make(Flow4)));

    [Fact]
    public void Only_a_SYN_is_answered()
    {
        var bytes = new byte[SynAck.MaxBytes];
        foreach (var flags in (TcpFlags[])[TcpFlags.Ack, TcpFlags.Rst, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Fin, TcpFlags.None])
            Assert.Equal(0, _challenger.Answer(Segment(Flow4, flags, TheirNumber), bytes, out _));
        Assert.Equal(0, _challenger.Answer(Segment(Flow4, TcpFlags.Syn, TheirNumber).AsSpan(0, 30), bytes, out _));
        Assert.Equal(0, _challenger.Answer([], bytes, out _));
    }

    private static byte[] Ack(Flow flow, uint cookie) => Segment(flow, TcpFlags.Ack, 0, cookie + 1);

    // What the peer sends: an answer of ours with ends, flags and numbers exchanged.
    private static byte[] Segment(Flow flow, TcpFlags flags, uint sequence, uint acknowledgement = 0)
    {
        var bytes = new byte[SynAck.MaxBytes];
        var length = SynAck.Write(bytes, new Flow(flow.Peer, flow.PeerPort, flow.Own, flow.OwnPort), sequence, acknowledgement);
        bytes[(flow.Own.IsV4 ? 20 : 40) + 13] = (byte)flags;
        return bytes[..length];
    }

    private sealed class Clock : TimeProvider
    {
        // A slot begins.
        public long Seconds { get; set; } = 64 * 26_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Seconds);
    }
}
