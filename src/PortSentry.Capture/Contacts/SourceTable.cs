using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PortSentry.Capture.Interop.Libc;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>Addresses the gate has met: bounded, and grown to its bound, as <see cref="ContactTable"/> is. One thread.</summary>
internal sealed unsafe class SourceTable : IDisposable
{
    // As many cache lines as the reach of a contact. Shorter: a table that is half full forgets some already.
    private const int Reach = 16;

    private const int FirstSize = 1 << 12;

    private readonly TableHash _hash = TableHash.Create();
    private readonly int _largest;
    private readonly SourceEntry* _entries;
    private int _mask;
    private int _shift;

    public SourceTable(int capacity)
    {
        _largest = Largest(capacity);
        _entries = (SourceEntry*)PageMemory.Allocate(BytesOf(_largest));
        Resize(Math.Min(_largest, FirstSize));
    }

    public int Count { get; private set; }

    /// <summary>The entry of an address, made if it is new; a blocked source never makes room for another.</summary>
    /// <remarks>The reference is good until the next call: the table may grow.</remarks>
    public ref SourceEntry Get(Address address, uint now)
    {
        if (Count > (_mask >> 1) && _mask + 1 < _largest) Grow();
        var first = _entries + Home(address);
        SourceEntry* stalest = null;
        for (var i = 0; i < Reach; i++)
        {
            var entry = first + i;
            if (entry->Flags == SourceFlags.None)
            {
                Count++;
                return ref Set(entry, address, now);
            }
            if (entry->Address == address)
            {
                entry->LastSeen = now;
                return ref *entry;
            }
            if ((entry->Flags & SourceFlags.Blocked) == 0 && (stalest is null || IsLessWorth(entry, stalest))) stalest = entry;
        }
        return ref Set(stalest is null ? first : stalest, address, now);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(Address address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(_entries + Home(address));
    }

    /// <summary>The slots named by <see cref="SourceEntry.Held"/> moved.</summary>
    public void MoveHeld(int[] moved)
    {
        for (var slot = 0; slot <= _mask + Reach; slot++)
            if ((_entries[slot].Flags & SourceFlags.Holds) != 0) _entries[slot].Held = moved[_entries[slot].Held];
    }

    // Whoever gave a fact is kept longer than the forged addresses of a flood, which never give one.
    private static bool IsLessWorth(SourceEntry* one, SourceEntry* other) =>
        one->Facts == 0 != (other->Facts == 0) ? one->Facts == 0 : one->LastSeen < other->LastSeen;

    /// <summary>When it is full.</summary>
    public static nuint MostBytes(int capacity) => BytesOf(Largest(capacity));

    public void Dispose() => PageMemory.Free(_entries, BytesOf(_largest));

    // In place and from behind, as ContactTable does.
    private void Grow()
    {
        var slots = _mask + 1 + Reach;
        Resize((_mask + 1) << 1);
        Count = 0;
        var beginning = stackalloc SourceEntry[2 * Reach];
        for (var slot = slots - 1; slot >= 0; slot--)
        {
            var entry = _entries[slot];
            _entries[slot] = default;
            if (slot < 2 * Reach) beginning[slot] = entry;
            else if (entry.Flags != SourceFlags.None) Get(entry.Address, entry.LastSeen) = entry;
        }

        for (var slot = 0; slot < 2 * Reach; slot++)
            if (beginning[slot].Flags != SourceFlags.None) Get(beginning[slot].Address, beginning[slot].LastSeen) = beginning[slot];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(Address address) => (int)(_hash.Of(address) >> _shift);

    private void Resize(int size)
    {
        _mask = size - 1;
        _shift = 64 - BitOperations.Log2((uint)size);
        PageMemory.WillUse(_entries, BytesOf(size));
    }

    private static nuint BytesOf(int size) => (nuint)(size + Reach) * (nuint)sizeof(SourceEntry);

    private static int Largest(int capacity) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 64));

    private static ref SourceEntry Set(SourceEntry* entry, Address address, uint now)
    {
        *entry = new SourceEntry { Address = address, LastSeen = now, Flags = SourceFlags.Used };
        return ref *entry;
    }
}
