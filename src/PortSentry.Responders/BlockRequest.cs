using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Responders;

/// <summary>What is to be kept out, and why.</summary>
/// <param name="Target">A host (/32, /128) or a network.</param>
/// <param name="Ttl">From now on; null is permanent.</param>
/// <param name="Protocol">Of the deciding probe.</param>
/// <param name="Port">Of the deciding probe, 0 to 65535.</param>
/// <param name="Mode">The classic word for <c>$MODE$</c>: tcp, udp, stcp, sudp, atcp, audp.</param>
/// <param name="Reason">For people: logs and comments, never parsed.</param>
/// <param name="HostName">The resolved name, or null.</param>
public sealed record BlockRequest(Prefix Target, TimeSpan? Ttl, IpProtocol Protocol, int Port, string Mode, string Reason, string? HostName);
