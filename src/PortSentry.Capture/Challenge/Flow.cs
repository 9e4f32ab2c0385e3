using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Challenge;

/// <summary>A TCP connection as seen from this host.</summary>
public readonly record struct Flow(Address Own, ushort OwnPort, Address Peer, ushort PeerPort);
