using PortSentry.Responders;

namespace PortSentry.Daemon.Configuration;

/// <param name="Name">As in response.responders: nftables, hosts-deny, …</param>
public sealed record ResponderChoice(string Name, IResponderOptions Options);
