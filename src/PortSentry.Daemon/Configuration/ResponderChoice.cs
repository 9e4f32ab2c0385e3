using PortSentry.Responders;

namespace PortSentry.Daemon.Configuration;

/// <param name="Name">As in response.responders: nftables, hosts-deny, …</param>
/// <param name="Kind">In <see cref="Registry"/>.</param>
public sealed record ResponderChoice(string Name, string Kind, IResponderOptions Options);
