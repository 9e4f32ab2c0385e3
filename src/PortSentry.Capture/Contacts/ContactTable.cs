using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// A bounded open-addressing table in native memory. An entry lives within <see cref="Reach"/> slots of its hash; when those are
/// full the stalest one makes room, so the table never grows, never rehashes, and every look-up ends after 8 lines.
/// One thread.
/// </summary>
internal sealed unsafe class ContactTable : IDisposable
{
    private const int Reach = 8;

    private readonly ContactEntry* _entries;
    private readonly TableHash _hash = TableHash.Create();
    private readonly int _mask;

    public ContactTable(int capacity)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 64));
        _mask = size - 1;
        // The tail lets a probe run on without wrapping. calloc's pages are touched, and so paid for, only when used.
        _entries = (ContactEntry*)NativeMemory.AllocZeroed((nuint)(size + Reach), (nuint)sizeof(ContactEntry));
    }

    public int Count { get; private set; }

    public long Evicted { get; private set; }

    /// <summary>All slots there are, the tail included.</summary>
    public int Slots => _mask + 1 + Reach;

    public ref ContactEntry this[int slot] => ref _entries[slot];

    /// <summary>The slot of the contact, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in ContactKey key)
    {
        var first = _entries + Home(key);
        for (var i = 0; i < Reach; i++)
        {
            var entry = first + i;
            if (entry->State == ContactState.Free) return -1;
            if (Matches(entry, key)) return (int)(entry - _entries);
        }
        return -1;
    }

    /// <summary>Makes an entry for a contact that <see cref="Find"/> did not know. Its fields are zero but for the key.</summary>
    public int Add(in ContactKey key)
    {
        var first = _entries + Home(key);
        var stalest = first;
        for (var i = 0; i < Reach; i++)
        {
            var entry = first + i;
            if (entry->State == ContactState.Free)
            {
                Count++;
                return Set(entry, key);
            }
            if (entry->LastSeen < stalest->LastSeen) stalest = entry;
        }
        Evicted++;
        return Set(stalest, key);
    }

    public void Dispose() => NativeMemory.Free(_entries);

    private int Home(in ContactKey key) =>
        (int)_hash.Of(key.Source.Bits, key.Destination.Bits, ((uint)key.Protocol << 16) | key.Port) & _mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Matches(ContactEntry* entry, in ContactKey key) =>
        entry->Port == key.Port && entry->Source == key.Source.Bits && entry->Destination == key.Destination.Bits && entry->Protocol == key.Protocol;

    private int Set(ContactEntry* entry, in ContactKey key)
    {
        *entry = default;
        entry->Source = key.Source.Bits;
        entry->Destination = key.Destination.Bits;
        entry->Protocol = key.Protocol;
        entry->Port = key.Port;
        return (int)(entry - _entries);
    }
}

/// <param name="Port">Of the destination; for an IP protocol probe the protocol number.</param>
internal readonly record struct ContactKey(Address Source, Address Destination, IpProtocol Protocol, ushort Port);
