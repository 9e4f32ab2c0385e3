namespace PortSentry.Capture.Contacts;

/// <summary>
/// Contacts that wait for an answer, in the order of their deadlines: all of one queue wait equally long. Bounded: when it is full
/// the oldest is judged early, which the caller counts.
/// </summary>
internal sealed class WaitQueue(int capacity)
{
    private readonly (long Deadline, long FirstSeen, int Slot)[] _ring = new (long, long, int)[capacity];
    private int _head;

    public int Count { get; private set; }

    public bool IsFull => Count == _ring.Length;

    public void Enqueue(long deadline, long firstSeen, int slot)
    {
        _ring[(_head + Count++) % _ring.Length] = (deadline, firstSeen, slot);
    }

    /// <summary>The contacts' slots moved.</summary>
    public void Move(int[] moved)
    {
        for (var i = 0; i < Count; i++)
        {
            ref var one = ref _ring[(_head + i) % _ring.Length];
            one.Slot = moved[one.Slot];
        }
    }

    /// <summary>The next contact whose wait is over at <paramref name="now"/>.</summary>
    public bool TryDequeue(long now, out int slot, out long firstSeen)
    {
        slot = 0;
        firstSeen = 0;
        if (Count == 0 || _ring[_head].Deadline > now) return false;
        (_, firstSeen, slot) = _ring[_head];
        _head = (_head + 1) % _ring.Length;
        Count--;
        return true;
    }
}
