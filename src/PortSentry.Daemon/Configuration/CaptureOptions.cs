namespace PortSentry.Daemon.Configuration;

/// <param name="Snaplen">Bytes kept of a packet.</param>
/// <param name="Buffer">Kernel buffer of one interface in bytes.</param>
public sealed record CaptureOptions(int Snaplen, long Buffer, bool Promiscuous);
