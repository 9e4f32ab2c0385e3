using PortSentry.Core;

namespace PortSentry.Actors.Classic;

/// <summary>The ports that <see cref="BoundPorts"/> holds at this moment. It alone writes; the capture threads read without a lock.</summary>
public sealed class BoundPortSet
{
    private readonly ulong[] _tcp = new ulong[1024];
    private readonly ulong[] _udp = new ulong[1024];

    /// <summary>False for other protocols than TCP and UDP.</summary>
    public bool Contains(IpProtocol protocol, ushort port) =>
        Map(protocol) is { } map && (Volatile.Read(ref map[port >> 6]) & (1UL << (port & 63))) != 0;

    internal void Add(IpProtocol protocol, ushort port)
    {
        if (Map(protocol) is { } map) Interlocked.Or(ref map[port >> 6], 1UL << (port & 63));
    }

    internal void Remove(IpProtocol protocol, ushort port)
    {
        if (Map(protocol) is { } map) Interlocked.And(ref map[port >> 6], ~(1UL << (port & 63)));
    }

    private ulong[]? Map(IpProtocol protocol) => protocol switch { IpProtocol.Tcp => _tcp, IpProtocol.Udp => _udp, _ => null };
}
