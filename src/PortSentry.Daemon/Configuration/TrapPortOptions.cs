using PortSentry.Core.Detection;

namespace PortSentry.Daemon.Configuration;

/// <summary>Ports that nobody has an honest reason to touch.</summary>
public sealed record TrapPortOptions(IReadOnlyList<PortRange> Tcp, IReadOnlyList<PortRange> Udp, IReadOnlyList<PortRange> Sctp);
