using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Sources;

/// <param name="Interface">A name of <c>ip link</c>, or "any".</param>
public sealed record LibpcapOptions(string Interface)
{
    /// <summary>
    /// Bytes kept of a frame. 262 hold Ethernet with two tags, an ICMPv6 error and the IPv6 packet that it quotes with its
    /// transport header. Less loses quoted ports, more costs ring space for bytes that nobody reads.
    /// </summary>
    public int SnapLength { get; init; } = 262;

    /// <summary>Sees frames for other stations too: for a mirror port. A host that guards itself needs none of them.</summary>
    public bool Promiscuous { get; init; }

    /// <summary>
    /// Each packet wakes us at once (0.05 ms) instead of in blocks of a millisecond: the fastest block, at more CPU a packet.
    /// With the kernel filter few packets come.
    /// </summary>
    public bool Immediate { get; init; } = true;

    /// <summary>The ring, in bytes. Larger survives a longer stall, and is locked memory.</summary>
    public int BufferBytes { get; init; } = 8 << 20;

    /// <summary>Makes the kernel filter once the link type is known; null lets everything through.</summary>
    public Func<LinkType, string>? Filter { get; init; }
}
