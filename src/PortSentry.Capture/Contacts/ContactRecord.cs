using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>A contact as the gate remembers it.</summary>
/// <param name="Last">To the second.</param>
public readonly record struct ContactRecord(
    Address Source,
    Address Destination,
    IpProtocol Protocol,
    ushort Port,
    ProbeKind Kind,
    bool Failed,
    uint Packets,
    Instant First,
    Instant Last);
