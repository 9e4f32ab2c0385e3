using System.Net.Sockets;
using System.Text;
using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Actors.Classic;

/// <summary>
/// The classic modes tcp and udp: the listed ports are really bound. Who completes a connection has proven its address, sees the banner
/// and is a fact; nothing is read from it. A port that cannot be bound is reported and skipped.
/// </summary>
public sealed class BoundPorts : ReceiveActor
{
    // One source that hammers one port is told of once in this time: the region's mailbox is not the attacker's to fill.
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(1);
    private const int MostRemembered = 4096;

    private readonly BoundPortsSettings _settings;
    private readonly Dictionary<(IpProtocol Protocol, ushort Port), TrapSocket> _sockets = [];
    private readonly Dictionary<(Address Source, IpProtocol Protocol, ushort Port), Instant> _told = [];

    public BoundPorts(BoundPortsSettings settings)
    {
        _settings = settings;
        Receive<RebindPorts>(_ => Bind());
        Receive<TrapSocket.Reached>(OnReached);
    }

    private Instant Now => Instant.From(_settings.Time.GetUtcNow());

    public static Props PropsFor(BoundPortsSettings settings) => Props.Create(() => new BoundPorts(settings));

    protected override void PreStart() => Bind();

    protected override void PostStop()
    {
        foreach (var key in _sockets.Keys.ToList()) Release(key);
    }

    private void Bind()
    {
        var wanted = _settings.Wanted();
        var keys = wanted.Tcp.Order().Select(static port => (IpProtocol.Tcp, port)).Concat(wanted.Udp.Order().Select(static port => (IpProtocol.Udp, port))).ToList();
        foreach (var key in _sockets.Keys.Except(keys).ToList()) Release(key);
        var banner = Encoding.UTF8.GetBytes(wanted.Banner);
        foreach (var (protocol, port) in keys)
        {
            if (_sockets.TryGetValue((protocol, port), out var bound))
            {
                bound.Banner = banner;
                continue;
            }
            try
            {
                _sockets[(protocol, port)] = TrapSocket.Open(protocol, port, banner, Self, _settings.Time);
                _settings.Held.Add(protocol, port);
                _settings.Notices.Tell(BoundPortsText.Listening(Now, protocol, port));
            }
            catch (SocketException exception)
            {
                _settings.Notices.Tell(BoundPortsText.NotBound(Now, protocol, port, exception.Message));
            }
        }
    }

    private void Release((IpProtocol Protocol, ushort Port) key)
    {
        _settings.Held.Remove(key.Protocol, key.Port);
        if (_sockets.Remove(key, out var socket)) socket.Dispose();
    }

    private void OnReached(TrapSocket.Reached reached)
    {
        if (_settings.IsFriend(reached.Source)) return;
        var now = Now;
        var key = (reached.Source, reached.Protocol, reached.Port);
        if (_told.TryGetValue(key, out var last) && now - last < Repeat) return;
        if (_told.Count >= MostRemembered) _told.Clear();
        _told[key] = now;
        var isTcp = reached.Protocol == IpProtocol.Tcp;
        _settings.Region.Tell(new Sources.FactSeen(new Fact(
            reached.Source, reached.Destination, reached.Protocol, reached.Port, isTcp ? ProbeKind.TcpConnect : ProbeKind.Udp, Outcome.Trapped,
            Traits.Trap, TcpFlags: 0, Proven: isTcp, Credit: 0, Packets: 1, now, now)));
    }
}
