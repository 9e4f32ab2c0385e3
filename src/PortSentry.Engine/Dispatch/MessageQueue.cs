using System.Diagnostics.CodeAnalysis;

namespace PortSentry.Engine.Dispatch;

/// <summary>
/// Lock-free queue, many producers and one consumer, in linked segments: a producer claims a slot with one
/// interlocked increment and publishes it by writing the message last. Order per producer is kept because a
/// producer claims in program order and the consumer never skips a slot.
/// </summary>
/// <remarks>
/// A mutable struct, embedded in its cell: nothing is allocated before the first message. An idle queue keeps at
/// most <see cref="Small"/> slots; a larger segment is closed and dropped by <see cref="Trim"/>.
/// </remarks>
internal struct MessageQueue
{
    // Moving Small up saves allocations for actors with a trickle of messages and costs 16 bytes a slot for every idle actor.
    private const int Small = 4;

    // Moving Large up makes bursts cheaper by a few percent; beyond 5,000 slots a segment would be a large object.
    private const int Large = 1024;

    private Segment? _head;
    private Segment? _tail;
    private int _read;

    public void Enqueue(object message, IActorRef? sender)
    {
        var segment = Volatile.Read(ref _tail) ?? First();
        while (true)
        {
            var slots = segment.Slots;
            var index = Interlocked.Increment(ref segment.Claimed) - 1;
            if ((uint)index < (uint)slots.Length)
            {
                ref var slot = ref slots[index];
                slot.Sender = sender;
                Volatile.Write(ref slot.Message, message);
                return;
            }

            segment = After(segment);
        }
    }

    /// <summary>
    /// Consumer only: the reading end, as a copy on the stack for the length of a turn. A reader kept here would
    /// write, message by message, into the cache line that senders read.
    /// </summary>
    public readonly Reader Open() => new(_head, _read);

    /// <summary>Puts the reader back.</summary>
    public void Close(in Reader reader)
    {
        // Null: there was no segment when the turn began; a sender may have made the first one since.
        if (reader.Segment is null) return;
        _head = reader.Segment;
        _read = reader.Read;
    }

    /// <summary>Consumer only. Counts claims, not publications: a producer that claims later than this look sees the idle actor and wakes it.</summary>
    public readonly bool IsEmpty
    {
        get
        {
            var segment = _head;
            if (segment is null) return true;
            if (_read < segment.Slots.Length) return Volatile.Read(ref segment.Claimed) <= _read;
            var next = Volatile.Read(ref segment.Next);
            return next is null || Volatile.Read(ref next.Claimed) == 0;
        }
    }

    /// <summary>Consumer only, when idle: gives a burst's memory back.</summary>
    public void Trim()
    {
        var segment = _head;
        if (segment is null || segment.Slots.Length <= Small) return;
        if (Interlocked.CompareExchange(ref segment.Claimed, segment.Slots.Length, _read) != _read) return;
        // Every slot is claimed now and none is pending: later producers go to the next segment.
        segment.Slots = [];
        _read = 0;
    }

    private Segment First()
    {
        var fresh = new Segment(Small);
        var first = Interlocked.CompareExchange(ref _head, fresh, null) ?? fresh;
        return Interlocked.CompareExchange(ref _tail, first, null) ?? first;
    }

    private Segment After(Segment full)
    {
        var next = Volatile.Read(ref full.Next);
        if (next is null)
        {
            var length = Math.Max(Small, full.Slots.Length);
            // A consumer that is far into the full segment keeps up: no need for a larger one. Racy, but only a hint.
            var keepsUp = ReferenceEquals(_head, full) && _read >= length / 2;
            var fresh = new Segment(keepsUp ? length : Math.Min(Large, length * 2));
            next = Interlocked.CompareExchange(ref full.Next, fresh, null) ?? fresh;
        }

        Interlocked.CompareExchange(ref _tail, next, full);
        return next;
    }

    internal struct Reader(Segment? segment, int read)
    {
        private Slot[] _slots = segment?.Slots ?? [];

        public Segment? Segment { get; private set; } = segment;

        public int Read { get; private set; } = read;

        /// <summary>False when nothing is published at the head: empty, or a producer is between claim and write.</summary>
        public bool TryDequeue([NotNullWhen(true)] out object? message, out IActorRef? sender)
        {
            if ((uint)Read >= (uint)_slots.Length && !Advance())
            {
                message = null;
                sender = null;
                return false;
            }

            ref var slot = ref _slots[Read];
            message = Volatile.Read(ref slot.Message);
            sender = slot.Sender;
            if (message is null) return false;
            slot = default;
            Read++;
            return true;
        }

        private bool Advance()
        {
            if (Segment is null || Volatile.Read(ref Segment.Next) is not { } next) return false;
            Segment = next;
            _slots = next.Slots;
            Read = 0;
            return true;
        }
    }

    internal struct Slot
    {
        public object? Message;
        public IActorRef? Sender;
    }

    internal sealed class Segment(int length)
    {
        public Slot[] Slots = new Slot[length];
        public Segment? Next;
        public int Claimed;
    }
}
