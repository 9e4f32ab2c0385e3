using System.Numerics;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// Contacts that wait for an answer, in the order of their deadlines: all of one queue wait equally long. Bounded: when it is full
/// the oldest is judged early, which the caller counts.
/// </summary>
/// <param name="wait">Nanoseconds from a contact's first packet to its judgement.</param>
internal sealed class WaitQueue(int capacity, long wait)
{
    private readonly (long FirstSeen, int Slot)[] _ring = new (long, int)[BitOperations.RoundUpToPowerOf2((uint)capacity)];
    private int _head;

    public int Count { get; private set; }

    public bool IsFull => Count == _ring.Length;

    /// <summary>When the oldest must be judged; <see cref="long.MaxValue"/> where nothing waits.</summary>
    public long Deadline => Count == 0 ? long.MaxValue : At(0).FirstSeen + wait;

    public void Enqueue(long firstSeen, int slot) => At(Count++) = (firstSeen, slot);

    public void Clear() => Count = 0;

    /// <summary>The contacts' slots moved.</summary>
    public void Move(int[] moved)
    {
        for (var i = 0; i < Count; i++)
        {
            ref var one = ref At(i);
            one.Slot = moved[one.Slot];
        }
    }

    /// <summary>The next contact whose wait is over at <paramref name="now"/>.</summary>
    public bool TryDequeue(long now, out int slot, out long firstSeen)
    {
        slot = 0;
        firstSeen = 0;
        if (Deadline > now || Count == 0) return false;
        (firstSeen, slot) = At(0);
        _head++;
        Count--;
        return true;
    }

    /// <summary>The slot that is judged so many contacts later; 0 where so many do not wait.</summary>
    public int Ahead(int contacts) => contacts < Count ? At(contacts).Slot : 0;

    private ref (long FirstSeen, int Slot) At(int place) => ref _ring[(_head + place) & (_ring.Length - 1)];
}
