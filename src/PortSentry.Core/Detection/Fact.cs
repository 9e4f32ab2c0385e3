using PortSentry.Core.Addresses;

namespace PortSentry.Core.Detection;

/// <summary>
/// The first contact of a source with a (destination, protocol, port), judged: the unit of evidence.
/// </summary>
/// <param name="Source">The address as seen; grouping by /64 is <see cref="SourceKey"/>'s business.</param>
/// <param name="Port">Destination port; for <see cref="ProbeKind.IpProtocol"/> the protocol number.</param>
/// <param name="TcpFlags">The raw flag byte of the first TCP probe, 0 otherwise.</param>
/// <param name="Proven">The source showed that it receives our answers, so the address is not forged.</param>
/// <param name="Credit">Distinct contacts of this source that succeeded since its last fact: each speaks for it.</param>
/// <param name="Packets">Packets of this contact so far.</param>
/// <param name="FirstSeen">Time of the first packet.</param>
/// <param name="At">Time of the judgement.</param>
/// <param name="Elsewhere">Hosts that served the source at this port, as far as is remembered.</param>
public readonly record struct Fact(
    Address Source,
    Address Destination,
    IpProtocol Protocol,
    ushort Port,
    ProbeKind Kind,
    Outcome Outcome,
    Traits Traits,
    byte TcpFlags,
    bool Proven,
    byte Credit,
    uint Packets,
    Instant FirstSeen,
    Instant At,
    ushort Elsewhere = 0);
