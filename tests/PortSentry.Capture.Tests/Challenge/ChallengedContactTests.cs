using PortSentry.Capture.Challenge;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Tests.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Tests.Challenge;

/// <summary>The capture sees our own challenge, too: it must not pass for a service.</summary>
public sealed class ChallengedContactTests : IDisposable
{
    private const long Second = 1_000_000_000;

    private static readonly Flow Asked = new(FakeVantage.Host, 23, Address.Parse("198.51.100.9"), 40_000);

    private readonly SynCookies _cookies = new(TimeProvider.System);
    private readonly FactList _facts = new();
    private readonly Gate _gate;
    private readonly PacketClassifier _classifier;
    private long _time = 1_700_000_000 * Second;

    public ChallengedContactTests()
    {
        _gate = new Gate(new GateOptions(), new Vantage(_cookies), _facts);
        _classifier = new PacketClassifier(_gate);
    }

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void A_challenged_contact_fails_as_if_nobody_had_answered()
    {
        FromPeer(TcpFlags.Syn);
        SynAckOf(_cookies.Make(Asked));
        Assert.Equal(Outcome.Unserved, Judged().Outcome);
    }

    [Fact]
    public void A_FIN_that_follows_a_challenge_is_no_service()
    {
        FromPeer(TcpFlags.Syn);
        SynAckOf(_cookies.Make(Asked));
        FromPeer(TcpFlags.Fin | TcpFlags.Ack);
        Assert.Equal((Outcome.Unserved, false), (Judged().Outcome, Judged().Proven));
    }

    [Fact]
    public void A_container_that_answers_behind_a_trap_port_serves()
    {
        FromPeer(TcpFlags.Syn);
        SynAckOf(_cookies.Make(Asked) + 1);
        FromPeer(TcpFlags.Fin | TcpFlags.Ack);
        _gate.Advance(_time += 5 * Second);
        Assert.Empty(_facts.Facts);
    }

    private Fact Judged()
    {
        _gate.Advance(_time += 5 * Second);
        return Assert.Single(_facts.Facts);
    }

    private void FromPeer(TcpFlags flags) => Take(Frames.Tcp(Asked.Peer.ToString(), Asked.PeerPort, Asked.Own.ToString(), Asked.OwnPort, flags));

    private void SynAckOf(uint sequence)
    {
        var bytes = new byte[SynAck.MaxBytes];
        var length = SynAck.Write(bytes, Asked, sequence, 1);
        Take(Packets.Craft.Ethernet(bytes[..length]));
    }

    private void Take(byte[] frame) => _classifier.Take(LinkType.Ethernet, _time += 1_000_000, frame, frame.Length);

    private sealed class Vantage(SynCookies cookies) : IVantage
    {
        public bool HidesAcks => true;

        public bool IsOwn(Address address) => address == FakeVantage.Host;

        public bool IsHome(Address address) => IsOwn(address);

        public bool IsIgnored(Address address) => false;

        public bool IsTrap(IpProtocol protocol, ushort port) => true;

        public bool IsChallenge(in Flow flow, uint sequence) => cookies.IsOurs(flow, sequence);

        public bool Listens(IpProtocol protocol, ushort port, Address own) => false;
    }
}
