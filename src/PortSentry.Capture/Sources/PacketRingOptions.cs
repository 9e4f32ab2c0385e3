using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Sources;

/// <param name="Interface">A name of <c>ip link</c>, or "any".</param>
public sealed record PacketRingOptions(string Interface)
{
    /// <inheritdoc cref="LibpcapOptions.SnapLength"/>
    public int SnapLength { get; init; } = 262;

    /// <inheritdoc cref="LibpcapOptions.Promiscuous"/>
    public bool Promiscuous { get; init; }

    /// <summary>The ring for floods, in bytes. It is locked memory. A block of 64 KB lasts a millisecond at the least and is lost to the rest of it,
    /// so 64 MB bridge a stall of a second, and of 0.6 s at 700,000 small packets a second.</summary>
    public long BufferBytes { get; init; } = 64 << 20;

    /// <summary>Both rings, in bytes.</summary>
    public long RingBytes => BufferBytes + PacketRingSource.ExpressBytes(SnapLength);

    /// <summary>Makes the kernel filter for a link type; null lets everything through.</summary>
    public Func<LinkType, string>? Filter { get; init; }
}
