using PortSentry.Actors.Responses;
using PortSentry.Capture.LocalView;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Daemon.Live;

/// <summary>
/// Who must never be blocked, as of this moment: this host, its gateways and resolvers, whoever holds an administrator's session on
/// it, and the ignore list.
/// </summary>
/// <param name="sessionPorts">Local TCP ports whose established peers are administrators: SSH.</param>
internal sealed class Protection(LocalHost host, IgnoreList ignored, IReadOnlyList<ushort> sessionPorts) : IProtection
{
    public (Refusal Refusal, string Detail)? Check(Prefix target)
    {
        if (target.Network.IsLoopback || target.Network.IsUnspecified) return (Refusal.Protected, "it is not a host of the network");
        if (ignored.Touches(target)) return (Refusal.Ignored, "it is on the ignore list");
        if (host.Addresses.Any(target.Contains)) return (Refusal.Protected, "it is this host");
        if (host.Gateways.Any(target.Contains)) return (Refusal.Protected, "it is a gateway of this host");
        if (host.Resolvers.Any(target.Contains)) return (Refusal.Protected, "it is a resolver of this host");
        return host.SessionPeers(sessionPorts).Any(target.Contains) ? (Refusal.Protected, "it holds an administrator's session") : null;
    }
}
