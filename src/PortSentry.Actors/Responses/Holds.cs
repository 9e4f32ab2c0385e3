using PortSentry.Actors.Notices;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Actors.Responses;

/// <summary>What the kernel's tripwire holds until the verdict; listed and journalled like blocks, and no answer of ours.</summary>
internal sealed class Holds(ResponseSettings settings, ResponseBook book)
{
    public IEnumerable<Block> Current(Instant now) => book.State.Held.Values.Where(hold => !hold.IsOver(now));

    // The kernel holds it already; the verdict, which is asked at the same time, answers it.
    public void OnSeen(HoldSeen seen, Instant now)
    {
        if (InForce(seen.Target, now) is not null) return;
        var hold = seen.Hold;
        settings.Notices.Tell(NoticeText.Held(hold));
        book.Record(new BlockDecided(hold));
    }

    public HoldJudged Judge(Prefix target, Instant now)
    {
        var block = InForce(target, now);
        if (block is null && book.State.Held.ContainsKey(target))
        {
            settings.Notices.Tell(NoticeText.HoldReleased(target, now));
            book.Record(new BlockExpired(now, target));
        }
        return new HoldJudged(target, block);
    }

    private Block? InForce(Prefix target, Instant now) => book.State.InForce(target, now) ?? book.State.Covering(target, now);
}
