using System.Runtime.InteropServices;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>One (source, destination, protocol, port): a cache line of 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 64)]
internal struct ContactEntry
{
    public UInt128 Source;
    public UInt128 Destination;

    /// <summary>Packet time of the first packet, nanoseconds. Also tells a reused entry from the one that a timer meant.</summary>
    public long FirstSeen;

    /// <summary>Packet time in seconds, for eviction.</summary>
    public uint LastSeen;
    public uint Packets;

    /// <summary>What the source must acknowledge to prove that it saw our SYN-ACK: its sequence number + 1.</summary>
    public uint Cookie;
    public ushort Port;
    public IpProtocol Protocol;
    public ContactState State;
    public ProbeKind Kind;
    public Outcome Outcome;
    public Traits Traits;
    public ContactFlags Flags;
    public byte TcpFlags;

    /// <summary>SYN-ACKs seen.</summary>
    public byte Answers;

    /// <summary>The source's generation when the fact was given; an older one means "forgiven since".</summary>
    public byte Generation;

    public readonly Address SourceAddress => new(Source);

    public readonly Address DestinationAddress => new(Destination);
}
