using PortSentry.Capture.Challenge;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.LocalView;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Daemon.Live;

/// <summary>The view of a running host: its own addresses are home, and networks behind it where the configuration names them.</summary>
/// <param name="cookies">Of our own challenges; null where there are none.</param>
/// <param name="home">Networks guarded besides the own addresses; with <paramref name="any"/> everything is.</param>
internal sealed class HostVantage(LocalHost host, IReadOnlyList<Prefix> home, bool any, IgnoreList ignored, LiveTraps traps, SynCookies? cookies) : IVantage
{
    public bool HidesAcks => true;

    public bool IsOwn(Address address) => host.IsOwn(address);

    public bool IsHome(Address address) => any || host.IsOwn(address) || Prefixes.Contain(home, address);

    public bool IsIgnored(Address address) => ignored.Contains(address);

    public bool IsTrap(IpProtocol protocol, ushort port) => traps.Contains(protocol, port);

    public bool IsChallenge(in Flow flow, uint sequence) => cookies is not null && traps.Contains(IpProtocol.Tcp, flow.OwnPort) && cookies.IsOurs(flow, sequence);

    public bool Listens(IpProtocol protocol, ushort port, Address own) => host.Listens(protocol, port, own);
}
