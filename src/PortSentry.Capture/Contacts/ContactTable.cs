using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PortSentry.Capture.Interop.Libc;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// A bounded open-addressing table in native memory. An entry lives within <see cref="Reach"/> slots of its hash. It begins small
/// and doubles in place until its bound (memory that nobody needs is not touched); at the bound the stalest entry of a full reach
/// makes room. Every look-up ends after 8 lines. One thread.
/// </summary>
internal sealed unsafe class ContactTable : IDisposable
{
    private const int Reach = 8;

    // Big enough that the contacts of a short capture never have to make room for one another.
    private const int FirstSize = 1 << 14;

    private readonly TableHash _hash = TableHash.Create();
    private readonly int _largest;
    private readonly ContactEntry* _entries;
    private int _mask;
    private int _shift;

    public ContactTable(int capacity)
    {
        _largest = Largest(capacity);
        _entries = (ContactEntry*)PageMemory.Allocate(BytesOf(_largest));
        Resize(Math.Min(_largest, FirstSize));
    }

    /// <summary>True when <see cref="Grow"/> should be called before the next <see cref="Add"/>.</summary>
    public bool IsCrowded => Count > (_mask >> 1) && _mask + 1 < _largest;

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

    public void Prefetch(in ContactKey key) => Prefetch(Home(key));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot)
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(_entries + slot);
        Sse.Prefetch0(_entries + slot + 1);
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

    /// <summary>Doubles the table.</summary>
    /// <returns>For each old slot the new one; 0 where it was free.</returns>
    public int[] Grow()
    {
        var moved = new int[Slots];
        Resize((_mask + 1) << 1);
        Count = 0;
        // From behind: where an entry goes, at about twice its place, all are moved already. At the very beginning that is not so.
        var beginning = stackalloc ContactEntry[2 * Reach];
        for (var slot = moved.Length - 1; slot >= 0; slot--)
        {
            var entry = _entries[slot];
            _entries[slot] = default;
            if (slot < 2 * Reach) beginning[slot] = entry;
            else if (entry.State != ContactState.Free) moved[slot] = Move(entry);
        }

        for (var slot = 0; slot < 2 * Reach; slot++)
            if (beginning[slot].State != ContactState.Free) moved[slot] = Move(beginning[slot]);
        return moved;
    }

    /// <summary>When it is full.</summary>
    public static nuint MostBytes(int capacity) => BytesOf(Largest(capacity));

    public void Dispose() => PageMemory.Free(_entries, BytesOf(_largest));

    // The tail lets a probe run on without wrapping. Pages are touched, and so paid for, only when used.
    private static nuint BytesOf(int size) => (nuint)(size + Reach) * (nuint)sizeof(ContactEntry);

    private static int Largest(int capacity) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 64));

    private int Move(in ContactEntry entry)
    {
        var slot = Add(new ContactKey(entry.Source, entry.Destination, entry.Protocol, entry.Port));
        _entries[slot] = entry;
        return slot;
    }

    // By the hash's leading bits: so the table can double in place, from one end to the other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(in ContactKey key) => (int)(_hash.Of(key.Source, key.Destination, ((uint)key.Protocol << 16) | key.Port) >> _shift);

    private void Resize(int size)
    {
        _mask = size - 1;
        _shift = 64 - BitOperations.Log2((uint)size);
        PageMemory.WillUse(_entries, BytesOf(size));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Matches(ContactEntry* entry, in ContactKey key) =>
        entry->Port == key.Port && entry->Source == key.Source && entry->Destination == key.Destination && entry->Protocol == key.Protocol;

    private int Set(ContactEntry* entry, in ContactKey key)
    {
        *entry = default;
        entry->Source = key.Source;
        entry->Destination = key.Destination;
        entry->Protocol = key.Protocol;
        entry->Port = key.Port;
        return (int)(entry - _entries);
    }
}

/// <param name="Port">Of the destination; for an IP protocol probe the protocol number.</param>
internal readonly record struct ContactKey(Address Source, Address Destination, IpProtocol Protocol, ushort Port);
