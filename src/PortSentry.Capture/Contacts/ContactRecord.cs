using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>A contact as the gate remembers it.</summary>
/// <param name="Kinds">One bit a <see cref="Core.Detection.ProbeKind"/>.</param>
/// <param name="Last">To the second.</param>
public readonly record struct ContactRecord(
    Address Source,
    Address Destination,
    IpProtocol Protocol,
    ushort Port,
    ushort Kinds,
    ContactState State,
    uint Packets,
    Instant First,
    Instant Last);
