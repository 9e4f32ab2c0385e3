using System.Collections.Immutable;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Persistence.Sql.Journal;
using PortSentry.Core;

namespace PortSentry.Daemon.Persistence.Akka;

/// <summary>
/// The plug-in's journal with our tags and our health. Not an event adapter, Akka.NET's own place for tags: it sees an event without its
/// persistence id, and a source's events do not name their source.
/// </summary>
/// <remarks>Made by Akka.NET from its class name in the configuration, see <see cref="SqlPlugin"/>; what it needs of us stands in the system's setup.</remarks>
internal sealed class TaggingSqlJournal(Config config) : SqlWriteJournal(config)
{
    private readonly JournalHealthSetup _health = Context.System.Settings.Setup.Get<JournalHealthSetup>().Value;

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        AtomicWrite[] tagged = [.. messages.Select(Tag)];
        try
        {
            var rejected = await base.WriteMessagesAsync(tagged, cancellationToken);
            _health.Journal.Works();
            return rejected;
        }
        catch (Exception failure)
        {
            _health.Failed(failure);
            // The plug-in tries once, and the actors that were writing stop.
            _health.Journal.GaveUp(tagged.Sum(static write => write.Size));
            throw;
        }
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        try
        {
            return await base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr, cancellationToken);
        }
        catch (Exception failure)
        {
            _health.Failed(failure);
            throw;
        }
    }

    private static AtomicWrite Tag(AtomicWrite write) => new([.. ((IEnumerable<IPersistentRepresentation>)write.Payload).Select(Tag)]);

    private static IPersistentRepresentation Tag(IPersistentRepresentation written)
    {
        var tags = EventTags.For(written.PersistenceId, written.Payload);
        return tags.Length == 0 ? written : written.WithPayload(new Tagged(written.Payload, tags));
    }
}

/// <summary>Hands the journal its health.</summary>
internal sealed class JournalHealthSetup(JournalHealth journal, TimeProvider time) : Setup
{
    public JournalHealth Journal => journal;

    public void Failed(Exception failure) => journal.Failed(failure.Message, Instant.From(time.GetUtcNow()), 0);
}
