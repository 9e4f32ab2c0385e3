namespace PortSentry.Daemon.Configuration;

public enum CaptureSourceKind
{
    /// <summary>Our own rings of packet(7); libpcap where the kernel has none of them.</summary>
    Ring,

    Libpcap,
}

/// <param name="Snaplen">Bytes kept of a packet.</param>
/// <param name="Buffer">Kernel buffer of one interface in bytes.</param>
/// <param name="BusyUdpPorts">UDP services of home whose traffic the kernel filter keeps away.</param>
public sealed record CaptureOptions(
    CaptureSourceKind Source, int Snaplen, long Buffer, bool Promiscuous, IReadOnlyList<ushort> BusyUdpPorts);
