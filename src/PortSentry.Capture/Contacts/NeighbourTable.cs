using System.Numerics;
using System.Runtime.InteropServices;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// Notices that many addresses of one /24 ask for many ports of one host, each for too few to stand out: the first sign of a
/// distributed scan. Two 64-bit sketches a network, so it is bounded and costs one cache line a failed contact; what it
/// suspects is judged by the same test as any source. One thread.
/// </summary>
internal sealed class NeighbourTable
{
    /// <summary>Distinct ports and sources before facts of a network are shared. Lower: a busy office with a dead server comes into
    /// sight; higher: a small botnet finishes first.</summary>
    private const int Ports = 6;
    private const int Sources = 4;

    private const int Size = 1 << 16;
    private const uint ForgetSeconds = 3600;

    private readonly Entry[] _entries = new Entry[Size];
    private readonly TableHash _hash = TableHash.Create();

    /// <summary>Notes a failed contact; true when the source's network is suspected as a whole. IPv6 is grouped by /64 already.</summary>
    public bool Note(Address source, Address destination, ushort port, uint now)
    {
        if (!source.IsV4) return false;
        var network = source.V4 >> 8;
        ref var entry = ref _entries[_hash.Of(network) % Size];
        var target = _hash.Of(destination);
        if (entry.Network != network || entry.Target != target)
        {
            // A suspected network keeps its place for a while; a lone failure makes room at once.
            if (BitOperations.PopCount(entry.Ports) > 1 && now < entry.LastSeen + ForgetSeconds) return false;
            entry = new Entry { Network = network, Target = target };
        }
        entry.LastSeen = now;
        entry.Ports |= 1UL << (int)(_hash.Of(port) & 63);
        entry.Sources |= 1UL << (int)(_hash.Of(source) & 63);
        return BitOperations.PopCount(entry.Ports) >= Ports && BitOperations.PopCount(entry.Sources) >= Sources;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public ulong Target;
        public ulong Ports;
        public ulong Sources;
        public uint Network;
        public uint LastSeen;
    }
}
