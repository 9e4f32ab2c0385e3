using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Persistence.Sql.Journal;

namespace PortSentry.Daemon.Persistence.Akka;

/// <summary>
/// The plug-in's journal with our tags. Not an event adapter, Akka.NET's own place for tags: it sees an event without its
/// persistence id, and a source's events do not name their source.
/// </summary>
/// <remarks>Made by Akka.NET from its class name in the configuration, see <see cref="SqlPlugin"/>.</remarks>
internal sealed class TaggingSqlJournal(Config config) : SqlWriteJournal(config)
{
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken) =>
        base.WriteMessagesAsync(messages.Select(Tag), cancellationToken);

    private static AtomicWrite Tag(AtomicWrite write) => new([.. ((IEnumerable<IPersistentRepresentation>)write.Payload).Select(Tag)]);

    private static IPersistentRepresentation Tag(IPersistentRepresentation written)
    {
        var tags = EventTags.For(written.PersistenceId, written.Payload);
        return tags.Length == 0 ? written : written.WithPayload(new Tagged(written.Payload, tags));
    }
}
