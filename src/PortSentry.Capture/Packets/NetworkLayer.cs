namespace PortSentry.Capture.Packets;

/// <summary>What the link header says it carries.</summary>
internal enum NetworkLayer : byte
{
    /// <summary>The version nibble decides.</summary>
    AnyIp,
    Ipv4,
    Ipv6,
}
