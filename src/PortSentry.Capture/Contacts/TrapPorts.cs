using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>Ports that nobody has an honest reason to touch, as bitmaps.</summary>
public sealed class TrapPorts
{
    public static readonly TrapPorts None = new([], []);

    private readonly ulong[] _tcp = new ulong[1024];
    private readonly ulong[] _udp = new ulong[1024];
    private readonly ulong[] _sctp = new ulong[1024];

    public TrapPorts(IEnumerable<PortRange> tcp, IEnumerable<PortRange> udp, IEnumerable<PortRange>? sctp = null)
    {
        Fill(_tcp, tcp);
        Fill(_udp, udp);
        Fill(_sctp, sctp ?? []);
    }

    public bool Contains(IpProtocol protocol, ushort port)
    {
        var map = protocol switch { IpProtocol.Tcp => _tcp, IpProtocol.Udp => _udp, IpProtocol.Sctp => _sctp, _ => null };
        return map is not null && (map[port >> 6] & (1UL << (port & 63))) != 0;
    }

    private static void Fill(ulong[] map, IEnumerable<PortRange> ranges)
    {
        foreach (var range in ranges)
            for (int port = range.First; port <= range.Last; port++) map[port >> 6] |= 1UL << (port & 63);
    }
}
