using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// The way of a failed contact to the source actors: the only one of its source is held back where there are too many of these to
/// remember each, until a second one comes.
/// </summary>
internal sealed class FactOutlet(
    GateOptions options, IFactSink sink, ContactTable contacts, ServiceTable services, FloodMeter flood, GateCounters counters)
{
    // A source with more facts than these is judged for itself; with fewer it may be a part of a distributed scan.
    private const int LoneFacts = 3;
    private const int NeighbourBits = 24;

    private readonly NeighbourTable _neighbours = new();

    public void Take(int slot, ref SourceEntry source, long now, uint second)
    {
        ref var entry = ref contacts[slot];
        if (options.JudgesNeighbours && !flood.IsFlood && source.Facts < LoneFacts && entry.Outcome != Outcome.Abandoned
            && _neighbours.Note(entry.Source, entry.Destination, entry.Port, second))
            sink.TakeShared(new Prefix(entry.Source, NeighbourBits), FactOf(entry, 0, now));
        if (source.Facts == 0 && (source.Flags & SourceFlags.Holds) == 0)
        {
            flood.Count(second);
            if (Holds(entry.Kind))
            {
                source.Flags |= SourceFlags.Holds;
                source.Held = slot;
                entry.Flags |= ContactFlags.Held;
                counters.Withheld++;
                return;
            }
        }
        if ((source.Flags & SourceFlags.Holds) != 0) Release(ref source, slot, now);
        Pass(ref source, ref entry, now);
    }

    private bool Holds(ProbeKind kind) => flood.IsFlood || (options.HoldSingles && !kind.IsStealth());

    private void Release(ref SourceEntry source, int newest, long now)
    {
        source.Flags &= ~SourceFlags.Holds;
        if (source.Held == newest) return;
        ref var held = ref contacts[source.Held];
        var same = (held.Flags & ContactFlags.Held) != 0 && SourceKey.Fold(held.Source) == source.Address;
        if (!same) return;
        held.Flags &= ~ContactFlags.Held;
        counters.Withheld--;
        Pass(ref source, ref held, now);
    }

    private void Pass(ref SourceEntry source, ref ContactEntry entry, long now)
    {
        if (source.Facts < ushort.MaxValue) source.Facts++;
        counters.Facts++;
        var credit = source.Credit;
        source.Credit = 0;
        entry.Kinds |= (ushort)(1 << (int)entry.Kind);
        sink.Take(FactOf(entry, credit, now));
    }

    private Fact FactOf(in ContactEntry entry, byte credit, long now) => new(
        entry.Source, entry.Destination, entry.Protocol, entry.Port, entry.Kind, entry.Outcome, entry.Traits, entry.TcpFlags,
        (entry.Flags & ContactFlags.Proven) != 0, credit, entry.Packets, new(entry.FirstSeen), new(now),
        services.HostsOf(SourceKey.Fold(entry.Source), entry.Protocol, entry.Port));
}
