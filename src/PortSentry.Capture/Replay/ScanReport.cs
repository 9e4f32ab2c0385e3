using System.Collections.Immutable;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Replay;

/// <summary>A scanning source of a capture, summed up over all that it did.</summary>
/// <param name="Ports">Distinct (protocol, port) pairs touched.</param>
/// <param name="Facts">First contacts that failed or were odd.</param>
/// <param name="Proven">It showed that it receives answers: the address is not forged.</param>
/// <param name="Group">Others that asked for the same ports at the same time: decoys, of which one is the scanner.</param>
/// <param name="FactsAtVerdict">First contacts that the verdict needed.</param>
/// <param name="Packets">Packets of all its contacts, repeats included.</param>
/// <param name="Detected">Packet time of the verdict.</param>
/// <param name="Score">The likelihood ratio at the verdict.</param>
public sealed record ScanReport(
    Prefix Source,
    ImmutableArray<ProbeKind> Kinds,
    ScanShape Shape,
    int Ports,
    int Hosts,
    long Facts,
    long FactsAtVerdict,
    long Packets,
    Instant First,
    Instant Detected,
    Instant Last,
    double Score,
    ImmutableArray<Address> Addresses,
    bool Proven,
    ImmutableArray<Prefix> Group);
