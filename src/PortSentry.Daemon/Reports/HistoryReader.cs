using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Persistence;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Reports;

/// <summary>Reads <c>history</c> out of the journal, oldest first.</summary>
internal static class HistoryReader
{
    /// <param name="target">Null: everybody.</param>
    public static HistoryReport[] Read(IEventJournal journal, Prefix? target, int count)
    {
        if (target is not { } one) return Lines(journal.ReadLatestByTag(EventTags.History, long.MaxValue, count));
        // An IPv6 address is known by its /64 as a source and by itself as a block.
        var keys = one.IsHost ? new[] { one, SourceKey.Of(one.Network) } : [one];
        return Lines(keys.Distinct().SelectMany(key => journal.ReadLatestByTag(EventTags.Of(key), long.MaxValue, count)));
    }

    private static HistoryReport[] Lines(IEnumerable<JournalEntry> entries) =>
    [
        .. entries.OrderBy(static entry => entry.Ordering)
            .Select(static entry => JournalEvents.Serialiser.Deserialise(entry.Manifest, entry.Payload.Span) is Decoded.Event decoded
                ? ReportMaker.Of(entry.PersistenceId, decoded.Value)
                : null)
            .OfType<HistoryReport>(),
    ];
}
