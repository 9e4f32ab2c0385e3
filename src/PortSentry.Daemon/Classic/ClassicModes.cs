using PortSentry.Daemon.Configuration;

namespace PortSentry.Daemon.Classic;

/// <summary>The words of TCP_MODE and UDP_MODE (and of <c>$MODE$</c> and the blocked file's suffix).</summary>
internal static class ClassicModes
{
    public static readonly IReadOnlyList<string> Tcp = ["tcp", "stcp", "atcp"];

    public static readonly IReadOnlyList<string> Udp = ["udp", "sudp", "audp"];

    /// <summary>Those that are on.</summary>
    public static IReadOnlyList<string> Of(ClassicOptions classic) => [.. Word(Tcp, classic.TcpMode), .. Word(Udp, classic.UdpMode)];

    private static string[] Word(IReadOnlyList<string> words, ClassicMode mode) => mode switch
    {
        ClassicMode.Bound => [words[0]],
        ClassicMode.Stealth => [words[1]],
        ClassicMode.Advanced => [words[2]],
        _ => [],
    };
}
