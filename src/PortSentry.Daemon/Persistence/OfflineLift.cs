using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Reports;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Persistence;

/// <summary>
/// What <c>flush</c> tells the journal while no daemon runs: without it the next start would put every block back. The same events
/// that a daemon would write, in one transaction. The caller holds the state directory, so no daemon counts the same numbers.
/// </summary>
internal static class OfflineLift
{
    /// <returns>Blocks lifted.</returns>
    /// <exception cref="JournalException">Nothing was written.</exception>
    public static int All(IEventJournal journal, PortSentryOptions options, Instant now, string by)
    {
        var targets = new OfflineReports(journal, options).Blocks(now).Select(static block => block.Target).ToList();
        var next = journal.HighestSequenceNr(options.ResponseId);
        var entries = new List<JournalEntry>(targets.Select(target => Entry(options.ResponseId, ++next, new BlockLifted(now, target, by), now)));
        // In a cluster a source's actor may be at work on another node, which alone may count its events.
        if (options.Cluster is null) Forgive(journal, targets, now, by, entries);
        journal.Write(entries);
        return targets.Count;
    }

    private static void Forgive(IEventJournal journal, IEnumerable<Prefix> targets, Instant now, string by, List<JournalEntry> entries)
    {
        foreach (var source in targets.Select(static target => SourceKey.Of(target.Network)).Distinct())
        {
            var id = SourceActor.IdOf(source);
            if (journal.HighestSequenceNr(id) is > 0 and var last) entries.Add(Entry(id, last + 1, new SourceForgiven(now, by), now));
        }
    }

    private static JournalEntry Entry(string id, long sequenceNr, object happened, Instant now) => new(
        id, sequenceNr, JournalEvents.Serialiser.ManifestOf(happened), JournalEvents.Serialiser.Serialise(happened), EventTags.For(id, happened), now);
}
