using PortSentry.Core.Addresses;

namespace PortSentry.Capture.LocalView;

/// <summary>The ports of one protocol that have a socket: 8 KB for all, and the sockets bound to one address apart. Filled once, then read only.</summary>
internal sealed class ListeningPorts
{
    private readonly ulong[] _any = new ulong[1024];
    private readonly ulong[] _wildcard = new ulong[1024];
    private readonly HashSet<(ushort Port, Address Local)> _bound = [];

    /// <param name="local">Unspecified for all addresses; "::" is taken for both families (only IPV6_V6ONLY sockets differ).</param>
    public void Add(ushort port, Address local)
    {
        _any[port >> 6] |= 1UL << (port & 63);
        if (local.IsUnspecified) _wildcard[port >> 6] |= 1UL << (port & 63);
        else _bound.Add((port, local));
    }

    public bool Contains(ushort port) => (_any[port >> 6] & (1UL << (port & 63))) != 0;

    public bool Contains(ushort port, Address local) =>
        (_wildcard[port >> 6] & (1UL << (port & 63))) != 0 || (Contains(port) && _bound.Contains((port, local)));
}
