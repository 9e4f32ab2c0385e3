using System.Runtime.InteropServices;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>One (source, destination, protocol, port): a cache line of 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 64)]
internal struct ContactEntry
{
    public Address Source;
    public Address Destination;

    /// <summary>Packet time of the first packet, nanoseconds. Also tells a reused entry from the one that a timer meant.</summary>
    public long FirstSeen;

    /// <summary>Packet time in seconds, for eviction.</summary>
    public uint LastSeen;
    public uint Packets;

    /// <summary>What the source must acknowledge to prove that it saw our SYN-ACK: its sequence number + 1.</summary>
    public uint Cookie;
    public ushort Port;

    /// <summary>One bit a <see cref="ProbeKind"/> that was given as a fact.</summary>
    public ushort Kinds;
    public IpProtocol Protocol;
    public ContactState State;
    public ProbeKind Kind;
    public Outcome Outcome;
    public Traits Traits;
    public ContactFlags Flags;
    public byte TcpFlags;

    /// <summary>The source's generation when the fact was given; an older one means "forgiven since".</summary>
    public byte Generation;

    /// <summary>SYN-ACKs seen, at most 15: the high half of <see cref="Flags"/>.</summary>
    public byte Answers
    {
        readonly get => (byte)((byte)Flags >> 4);
        set => Flags = (ContactFlags)(((byte)Flags & 15) | (Math.Min((int)value, 15) << 4));
    }
}
