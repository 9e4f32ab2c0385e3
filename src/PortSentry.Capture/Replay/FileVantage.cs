using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Replay;

/// <summary>The view from a capture file: no host is ours, so every address may be a suspect and only answers tell what is open.</summary>
/// <param name="home">The prefixes guarded; empty: every destination.</param>
public sealed class FileVantage(IReadOnlyList<Prefix> home, IReadOnlyList<Prefix> ignored, TrapPorts traps) : IVantage
{
    public bool HidesAcks => false;

    public bool IsOwn(Address address) => false;

    public bool IsHome(Address address) => home.Count == 0 || Prefixes.Contain(home, address);

    public bool IsIgnored(Address address) => Prefixes.Contain(ignored, address);

    public bool IsTrap(IpProtocol protocol, ushort port) => traps.Contains(protocol, port);

    public bool Listens(IpProtocol protocol, ushort port, Address own) => false;
}
