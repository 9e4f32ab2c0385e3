namespace PortSentry.Daemon.Classic;

/// <summary>The words of TCP_MODE and UDP_MODE (and of <c>$MODE$</c> and the blocked file's suffix).</summary>
internal static class ClassicModes
{
    public static readonly IReadOnlyList<string> Tcp = ["tcp", "stcp", "atcp"];

    public static readonly IReadOnlyList<string> Udp = ["udp", "sudp", "audp"];
}
