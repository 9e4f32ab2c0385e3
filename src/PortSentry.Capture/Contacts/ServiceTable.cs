using System.Runtime.Intrinsics.X86;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// How many hosts served a source at one port. A mail server, a resolver, a monitor or a peer-to-peer node meets many dead hosts and
/// many that serve it; a sweep meets few of the latter. A direct-mapped cache of fixed size: what is counted often stays. One thread.
/// </summary>
internal sealed unsafe class ServiceTable
{
    private const int Size = 1 << 16;

    private readonly Entry[] _entries = new Entry[Size];
    private readonly TableHash _hash = TableHash.Create();

    public void Prefetch(Address source, IpProtocol protocol, ushort port)
    {
        if (!Sse.IsSupported) return;
        fixed (Entry* entry = &_entries[TagOf(source, protocol, port) % Size]) Sse.Prefetch0(entry);
    }

    /// <summary>One more host, which served it for the first time.</summary>
    public void Count(Address source, IpProtocol protocol, ushort port)
    {
        var tag = TagOf(source, protocol, port);
        ref var entry = ref _entries[tag % Size];
        if (entry.Tag == tag)
        {
            if (entry.Hosts < ushort.MaxValue) entry.Hosts++;
        }
        else if (entry.Hosts > 1) entry.Hosts--;
        else entry = new Entry { Tag = tag, Hosts = 1 };
    }

    public ushort HostsOf(Address source, IpProtocol protocol, ushort port)
    {
        var tag = TagOf(source, protocol, port);
        ref var entry = ref _entries[tag % Size];
        return entry.Tag == tag ? entry.Hosts : (ushort)0;
    }

    private ulong TagOf(Address source, IpProtocol protocol, ushort port) => _hash.Of(source, default, port | ((uint)protocol << 16));

    private struct Entry
    {
        public ulong Tag;
        public ushort Hosts;
    }
}
