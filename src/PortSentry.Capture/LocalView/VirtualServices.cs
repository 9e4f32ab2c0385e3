using System.Globalization;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.LocalView;

/// <param name="Local">The virtual address; this host has it, and no socket stands behind the port.</param>
public readonly record struct VirtualService(IpProtocol Protocol, ushort Port, Address Local);

/// <summary>
/// The services that IPVS (ipvsadm(8), kube-proxy's mode ipvs) takes over behind the input hook, by /proc/net/ip_vs. Those by a firewall mark
/// name no port and are passed over.
/// </summary>
internal static class VirtualServices
{
    /// <param name="folder">/proc/net.</param>
    public static IReadOnlyList<VirtualService> Read(string folder)
    {
        var path = Path.Combine(folder, "ip_vs");
        return File.Exists(path) ? [.. File.ReadLines(path).SelectMany(Parse)] : [];
    }

    // "TCP  0A63000A:0050 rr" or "UDP  [2001:0db8:…:0001]:0035 rr"; hexadecimal, in network order. Real servers begin with "  ->".
    private static IEnumerable<VirtualService> Parse(string line)
    {
        if (line.StartsWith(' ') || line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var protocol, var service, ..]) yield break;
        IpProtocol? known = protocol switch
        {
            "TCP" => IpProtocol.Tcp,
            "UDP" => IpProtocol.Udp,
            "SCTP" => IpProtocol.Sctp,
            _ => null,
        };
        var colon = service.LastIndexOf(':');
        if (known is null || colon < 0 || !ushort.TryParse(service.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port)) yield break;
        var text = service.AsSpan(0, colon);
        if (text is ['[', .. var six, ']'] ? Address.TryParse(six, out var local) : TryReadV4(text, out local)) yield return new VirtualService(known.Value, port, local);
    }

    private static bool TryReadV4(ReadOnlySpan<char> text, out Address address)
    {
        var isRead = uint.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits);
        address = Address.FromV4(bits);
        return isRead;
    }
}
