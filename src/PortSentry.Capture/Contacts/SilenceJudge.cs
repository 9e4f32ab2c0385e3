using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>Contacts that wait for an answer, and what it means that none came.</summary>
internal sealed class SilenceJudge(GateOptions options, IVantage vantage, ContactTable contacts, SourceTable sources)
{
    private const int Waits = 1 << 18;

    // Waits judged while memory fetches a contact: it was not touched for seconds.
    private const int FetchAhead = 12;

    // A bare ACK and its repeat; more of them in the wait are the acknowledgements of a download that comes another way.
    private const int LoneSegments = 2;

    private readonly WaitQueue _grace = new(Waits, options.Grace.Ticks * 100);
    private readonly WaitQueue _answers = new(Waits, options.AnswerWait.Ticks * 100);
    private bool _anyAnswers;

    /// <summary>When the next wait is over.</summary>
    public long Deadline => Math.Min(_grace.Deadline, _answers.Deadline);

    /// <summary>The address answered somebody.</summary>
    public void NoteAnswer(Address address, uint second)
    {
        _anyAnswers = true;
        sources.Get(address, second).Flags |= SourceFlags.Talked;
    }

    /// <param name="own">This host is asked, not one of the network.</param>
    public bool IsFull(bool own) => QueueOf(own).IsFull;

    public void Enqueue(bool own, long firstSeen, int slot) => QueueOf(own).Enqueue(firstSeen, slot);

    /// <summary>The contacts' slots moved.</summary>
    public void Move(int[] moved)
    {
        _grace.Move(moved);
        _answers.Move(moved);
    }

    /// <summary>Nothing waits any more.</summary>
    public void Forget()
    {
        _grace.Clear();
        _answers.Clear();
    }

    /// <summary>The next contact whose wait is over at <paramref name="now"/>, and that failed by it.</summary>
    public bool TryJudge(long now, uint second, out int slot, out Outcome outcome) =>
        TryJudge(_grace, now, second, out slot, out outcome) || TryJudge(_answers, now, second, out slot, out outcome);

    /// <summary>Judges the one that waits longest before its time.</summary>
    public bool TryJudgeEarly(bool own, uint second, out int slot, out Outcome outcome)
    {
        var queue = QueueOf(own);
        outcome = default;
        return queue.TryDequeue(long.MaxValue, out slot, out var firstSeen) && IsFailure(queue, slot, firstSeen, second, out outcome);
    }

    private WaitQueue QueueOf(bool own) => own ? _grace : _answers;

    private bool TryJudge(WaitQueue queue, long now, uint second, out int slot, out Outcome outcome)
    {
        outcome = default;
        while (queue.TryDequeue(now, out slot, out var firstSeen))
            if (IsFailure(queue, slot, firstSeen, second, out outcome)) return true;
        return false;
    }

    // First the contacts that are due soon, later, when these are here, the sources that they name.
    private void FetchNext(WaitQueue queue)
    {
        contacts.Prefetch(queue.Ahead(2 * FetchAhead));
        ref var soon = ref contacts[queue.Ahead(FetchAhead)];
        if (soon.State == ContactState.Asked) sources.Prefetch(SourceKey.Fold(soon.Source));
    }

    private bool IsFailure(WaitQueue queue, int slot, long firstSeen, uint second, out Outcome outcome)
    {
        FetchNext(queue);
        outcome = Outcome.Unserved;
        ref var entry = ref contacts[slot];
        if (entry.FirstSeen != firstSeen || !(entry.State == ContactState.Asked || IsLone(entry, second))) return false;
        var destination = entry.Destination;
        if (!vantage.IsOwn(destination))
        {
            var talked = (sources.Get(destination, second).Flags & SourceFlags.Talked) != 0;
            outcome = talked ? Outcome.Silent : _anyAnswers ? Outcome.Dark : Outcome.OneWay;
            return true;
        }
        // Asked again: the service may have started since, or the look-up may have been a second old.
        if (!vantage.Listens(entry.Protocol, entry.Port, destination)) return true;
        entry.State = ContactState.Neutral;
        return false;
    }

    private bool IsLone(in ContactEntry entry, uint second) =>
        entry.State == ContactState.Stray && entry.Packets <= LoneSegments
        && (sources.Get(SourceKey.Fold(entry.Source), second).Flags & SourceFlags.Converses) == 0;
}
