using PortSentry.Core;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;

namespace PortSentry.Daemon.Configuration;

/// <summary>
/// The classic engine in the terms of the sequential test. Trigger N answers at touch N + 1 of distinct trap ports: a touch weighs
/// Strikes / (N + 1/2), so N of them stay below the threshold and N + 1 are above it, each by half a touch. That margin is also what
/// decay may take: with the half-life of the profile (a year) N + 1 touches of trigger 3 may lie 70 days apart in all.
/// </summary>
internal static class ClassicDetection
{
    public static PortSentryOptions Over(PortSentryOptions options) => !options.Classic.Enabled ? options : options with
    {
        Detection = Over(options.Detection, options.Classic),
        Response = Over(options.Response, options.Classic),
        Gate = options.Gate with { JudgesNeighbours = false },

        // The kernel's tripwire counts every port without a socket; here only the listed ones may be held against anybody.
        Tripwire = false,
    };

    /// <summary>Nothing but traps weighs, families count each port, and the thetas of the profile let no success speak for a source.</summary>
    internal static DetectionPolicy Over(DetectionPolicy policy, ClassicOptions classic) => policy with
    {
        Weights = new Weights { TrapsOnly = true, Trap = policy.Strikes / (classic.ScanTrigger + 0.5) },
        Families = new ServiceFamilies([]),
    };

    private static ResponsePolicy Over(ResponsePolicy policy, ClassicOptions classic) => policy with
    {
        LogOnly = [.. LogOnly(classic)],
        TcpMode = classic.TcpMode switch { ClassicMode.Bound => "tcp", ClassicMode.Stealth => "stcp", _ => "atcp" },
        UdpMode = classic.UdpMode switch { ClassicMode.Bound => "udp", ClassicMode.Stealth => "sudp", _ => "audp" },
    };

    private static IEnumerable<IpProtocol> LogOnly(ClassicOptions classic)
    {
        if (classic.BlockTcp == ClassicAnswer.None) yield return IpProtocol.Tcp;
        if (classic.BlockUdp == ClassicAnswer.None) yield return IpProtocol.Udp;
    }
}
