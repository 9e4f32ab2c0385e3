namespace PortSentry.Capture.Packets;

/// <summary>What the parsers found out on the way; one word, so that it is passed in a register.</summary>
[Flags]
internal enum PacketTraits
{
    None = 0,

    // Equal to the group bit of an Ethernet address (IEEE 802-2014 8.2.2), so it is taken over without a branch.
    LinkMulticast = 1,
    Outgoing = 1 << 1,
    IpOptions = 1 << 2,
    Fragment = 1 << 3,
    Ports = 1 << 4,
    Transport = 1 << 5,
    TcpFlags = 1 << 6,
    V6 = 1 << 7,

    /// <summary>Read out of an ICMP error: its end is missing by design.</summary>
    Quoted = 1 << 8,

    /// <summary>Two bits: how many tunnels were opened.</summary>
    TunnelStep = 1 << 9,
    TunnelMask = 3 << 9,

    /// <summary>What an inner or quoted packet inherits from the outer one.</summary>
    Inherited = LinkMulticast | Outgoing | TunnelMask,
}
