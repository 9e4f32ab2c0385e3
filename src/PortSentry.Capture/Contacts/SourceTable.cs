using System.Numerics;
using System.Runtime.InteropServices;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>Addresses the gate has met: bounded as <see cref="ContactTable"/> is. One thread.</summary>
internal sealed unsafe class SourceTable : IDisposable
{
    private const int Reach = 8;

    private readonly SourceEntry* _entries;
    private readonly TableHash _hash = TableHash.Create();
    private readonly int _mask;

    public SourceTable(int capacity)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 64));
        _mask = size - 1;
        _entries = (SourceEntry*)NativeMemory.AllocZeroed((nuint)(size + Reach), (nuint)sizeof(SourceEntry));
    }

    public int Count { get; private set; }

    /// <summary>The entry of an address, made if it is new; a blocked source never makes room for another.</summary>
    public ref SourceEntry Get(Address address, uint now)
    {
        var first = _entries + ((int)_hash.Of(address.Bits) & _mask);
        SourceEntry* stalest = null;
        for (var i = 0; i < Reach; i++)
        {
            var entry = first + i;
            if (entry->Flags == SourceFlags.None)
            {
                Count++;
                return ref Set(entry, address, now);
            }
            if (entry->Address == address.Bits)
            {
                entry->LastSeen = now;
                return ref *entry;
            }
            if ((entry->Flags & SourceFlags.Blocked) == 0 && (stalest is null || entry->LastSeen < stalest->LastSeen)) stalest = entry;
        }
        return ref Set(stalest is null ? first : stalest, address, now);
    }

    public void Dispose() => NativeMemory.Free(_entries);

    private static ref SourceEntry Set(SourceEntry* entry, Address address, uint now)
    {
        *entry = new SourceEntry { Address = address.Bits, LastSeen = now, Flags = SourceFlags.Used };
        return ref *entry;
    }
}
