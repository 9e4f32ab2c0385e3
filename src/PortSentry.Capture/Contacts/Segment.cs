using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>What the TCP classifier needs of a segment, whole or put together from fragments.</summary>
internal readonly record struct Segment(
    Address Source,
    Address Destination,
    ushort SourcePort,
    ushort DestinationPort,
    TcpFlags Flags,
    uint Sequence,
    uint Acknowledgement,
    int Payload,
    bool HasStackOptions,
    Traits Traits)
{
    /// <summary>The contact if the sender is the one who asks.</summary>
    public ContactKey Forward => new(Source, Destination, IpProtocol.Tcp, DestinationPort);

    /// <summary>The contact if the sender is the one who was asked.</summary>
    public ContactKey Backward => new(Destination, Source, IpProtocol.Tcp, SourcePort);

    public bool Has(TcpFlags flags) => (Flags & flags) == flags;
}
