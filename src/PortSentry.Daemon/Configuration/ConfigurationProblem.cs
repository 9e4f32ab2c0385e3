using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Configuration;

/// <summary>One thing that keeps a configuration from being used.</summary>
/// <param name="Key">The whole path: portsentry.detection.theta0.</param>
/// <param name="Valid">What would be valid, or null where the problem says it.</param>
public sealed record ConfigurationProblem(HoconOrigin Origin, string Key, string Problem, string? Valid)
{
    public override string ToString() => $"{Origin}: {Key}: {Problem}{(Valid is null ? "" : "; valid: " + Valid)}";
}
