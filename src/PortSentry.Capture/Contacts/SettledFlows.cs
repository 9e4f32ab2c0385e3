using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PortSentry.Capture.Interop.Libc;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// Connections of which plain data can teach nothing more, as 16-bit tags in a direct-mapped cache: a file's established traffic
/// ends here, after one look-up that misses no further than the second-level cache. A wrong hit (1 in 65,536) loses a bare
/// ACK, never a SYN, FIN or RST; a tag pushed out costs the full way once more.
/// </summary>
internal sealed unsafe class SettledFlows : IDisposable
{
    private readonly ushort* _tags;
    private readonly nuint _bytes;
    private readonly int _shift;
    private readonly TableHash _hash = TableHash.Create();

    /// <param name="capacity">Tags, rounded up to a power of two; 2 bytes each.</param>
    public SettledFlows(int capacity)
    {
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 1024));
        _shift = 64 - BitOperations.Log2(size);
        _bytes = (nuint)size * sizeof(ushort);
        _tags = (ushort*)PageMemory.Allocate(_bytes);
    }

    /// <summary>The same for both directions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong HashOf(Address source, Address destination, ushort sourcePort, ushort destinationPort)
    {
        var from = source.Low ^ ((ulong)sourcePort << 48) ^ BitOperations.RotateLeft(source.High, 17);
        var to = destination.Low ^ ((ulong)destinationPort << 48) ^ BitOperations.RotateLeft(destination.High, 17);
        return _hash.OfPair(from, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(ulong hash) => _tags[hash >> _shift] == TagOf(hash);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        if (Sse.IsSupported) Sse.Prefetch0(_tags + (hash >> _shift));
    }

    public void Add(ulong hash) => _tags[hash >> _shift] = TagOf(hash);

    /// <summary>The ports are used anew.</summary>
    public void Remove(ulong hash)
    {
        if (Contains(hash)) _tags[hash >> _shift] = 0;
    }

    public void Dispose() => PageMemory.Free(_tags, _bytes);

    private static ushort TagOf(ulong hash) => (ushort)((uint)hash | 1);
}
