using PortSentry.Core.Addresses;

namespace PortSentry.Capture.LocalView;

/// <param name="Called">This host opened the connection: nobody listens on the local port.</param>
/// <param name="Clients">The peer did: a service of this host.</param>
public sealed record ConnectedPeers(IReadOnlyCollection<Address> Called, IReadOnlyCollection<Address> Clients);
