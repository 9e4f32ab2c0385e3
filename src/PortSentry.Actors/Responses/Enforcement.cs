using PortSentry.Actors.Notices;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;

namespace PortSentry.Actors.Responses;

/// <summary>
/// Begins and ends blocks: responders first, then gates and journal, before <see cref="ResponseActor"/> takes another message. Knows when the next one
/// is over.
/// </summary>
/// <param name="freed">Tells the system that nothing else must hold a target either.</param>
internal sealed class Enforcement(ResponseSettings settings, ResponseBook book, ResponderGroup responders, Undertakings undertakings, Action<TargetFreed> freed)
{
    private Instant _nextExpiry = new(long.MaxValue);

    /// <summary>What should be in force.</summary>
    public List<Block> Wanted(Instant now) => [.. book.State.Active.Values.Where(block => !block.IsOver(now))];

    /// <summary>After a recovery: the gates learn what is blocked.</summary>
    /// <param name="wanted">What should be in force now.</param>
    public void Resume(IReadOnlyList<Block> wanted, Instant now)
    {
        foreach (var block in wanted)
            if (IsWholeSource(block.Target)) settings.Gates.Block(block.Target);
        _nextExpiry = wanted.Count < book.State.Active.Count ? now : EarliestEnd(wanted);
    }

    /// <summary>By the command of an operator.</summary>
    public void Begin(Block block, Undertaking work)
    {
        responders.Apply(block, work, evidence: null);
        Enter(block, work);
    }

    /// <summary>The responders' part alone, for a packet that decided it; <see cref="Enter"/> must follow before anything else is decided.</summary>
    /// <param name="evidence">When that was.</param>
    public void Order(Block block, Instant evidence) => responders.Apply(block, null, evidence);

    public void Enter(Block block, Undertaking? work = null)
    {
        if (IsWholeSource(block.Target)) settings.Gates.Block(block.Target);
        if (block.Until is { } until && until < _nextExpiry) _nextExpiry = until;
        Record(new BlockDecided(block), work);
    }

    /// <summary>Ends the blocks whose time is over.</summary>
    public void Expire(Instant now)
    {
        if (now < _nextExpiry) return;
        foreach (var happened in ResponseDecider.Expire(book.State, now))
        {
            Release(happened.Target, null);
            settings.Notices.Tell(NoticeText.Expired(happened.Target, now));
            book.Record(happened);
        }
        _nextExpiry = EarliestEnd(book.State.Active.Values);
    }

    /// <summary>Ends a block before its time, and forgives the source.</summary>
    public void Lift(BlockLifted lifted, Undertaking work)
    {
        freed(new TargetFreed(lifted.Target));
        Release(lifted.Target, work);
        if (SourceKey.Of(lifted.Target.Network) is var source && (lifted.Target.IsHost || lifted.Target == source))
            settings.Sources()?.Tell(new ForgiveSource(source, lifted.At, lifted.By));
        settings.Notices.Tell(NoticeText.Lifted(lifted));
        Record(lifted, work);
    }

    private void Release(Prefix target, Undertaking? work)
    {
        responders.Lift(target, work);
        if (IsWholeSource(target)) settings.Gates.Forget(target);
    }

    private void Record(IResponseEvent happened, Undertaking? work)
    {
        work?.ExpectWrite();
        book.Record(happened, () =>
        {
            if (work is null) return;
            work.Written();
            undertakings.Conclude(work);
        });
    }

    private static Instant EarliestEnd(IEnumerable<Block> blocks)
    {
        var earliest = new Instant(long.MaxValue);
        foreach (var block in blocks)
            if (block.Until is { } until && until < earliest) earliest = until;
        return earliest;
    }

    // The gate knows sources only: a part of a /64, or more than one source, is no name there.
    private static bool IsWholeSource(Prefix target) => SourceKey.Of(target.Network) == target;
}
