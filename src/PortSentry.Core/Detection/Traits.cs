namespace PortSentry.Core.Detection;

/// <summary>What else was strange about the packets of a contact.</summary>
[Flags]
public enum Traits : byte
{
    None = 0,

    /// <summary>IP options set: the classic "detection avoidance technique".</summary>
    IpOptions = 1,

    /// <summary>A transport header cut over fragments (RFC 1858): no stack does this.</summary>
    TinyFragment = 2,
    Fragmented = 4,
    Tunnelled = 8,

    /// <summary>The port is one of the configured trap ports.</summary>
    Trap = 16,

    /// <summary>The checksum is wrong: the probe could not reach any stack, or the packet is damaged.</summary>
    BadChecksum = 32,

    /// <summary>A listener holds the port (UDP says nothing by itself), so silence proves nothing.</summary>
    Listener = 64,

    /// <summary>
    /// An odd TCP segment with data, cut over fragments or with a TTL of 0, or a rare IP protocol with more than a header: rather damage than a
    /// probe. An ACK or FIN+ACK with data, with timestamps or from the lower port: rather of a connection.
    /// </summary>
    Laden = 128,
}
