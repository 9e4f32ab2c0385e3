using PortSentry.Actors.Classic;
using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Configuration;

namespace PortSentry.Daemon.Classic;

/// <summary>Which ports are traps by the classic modes; who holds them at this moment is not known here.</summary>
internal static class ClassicTraps
{
    /// <summary>The traps of <c>detection.trap-ports</c>, and those of the classic engine where it is on.</summary>
    public static TrapPorts Of(PortSentryOptions options)
    {
        var (classic, ports) = (options.Classic, options.TrapPorts);
        return classic.Enabled
            ? new TrapPorts([.. ports.Tcp, .. Watched(classic, IpProtocol.Tcp)], [.. ports.Udp, .. Watched(classic, IpProtocol.Udp)], ports.Sctp)
            : new TrapPorts(ports.Tcp, ports.Udp, ports.Sctp);
    }

    /// <summary>What the modes tcp and udp bind; empty in the others.</summary>
    public static WantedPorts Bound(ClassicOptions classic) => !classic.Enabled ? WantedPorts.None : new WantedPorts(
        Ports(classic.TcpMode == ClassicMode.Bound ? classic.TcpPorts : []),
        Ports(classic.UdpMode == ClassicMode.Bound ? classic.UdpPorts : []),
        classic.Banner);

    /// <summary>In the order of the file; port 0 is no port.</summary>
    public static IEnumerable<PortRange> Watched(ClassicOptions classic, IpProtocol protocol)
    {
        var tcp = protocol == IpProtocol.Tcp;
        return (tcp ? classic.TcpMode : classic.UdpMode) switch
        {
            ClassicMode.Off => [],
            ClassicMode.Advanced => Below(tcp ? classic.AdvancedTcp : classic.AdvancedUdp),
            _ => tcp ? classic.TcpPorts : classic.UdpPorts,
        };
    }

    private static IEnumerable<PortRange> Below(ClassicAdvanced advanced) => Enumerable.Range(1, advanced.Below - 1).Select(static port => (ushort)port)
        .Where(port => !advanced.Exclude.Any(range => range.Contains(port))).Select(static port => new PortRange(port));

    private static HashSet<ushort> Ports(IReadOnlyList<PortRange> ranges) =>
        [.. ranges.SelectMany(static range => Enumerable.Range(range.First, range.Last - range.First + 1)).Where(static port => port > 0).Select(static port => (ushort)port)];
}
