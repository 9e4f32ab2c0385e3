using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Daemon.Configuration;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Reports;

/// <summary>What the journal alone can tell while no daemon runs: the same states by the same Apply.</summary>
internal sealed class OfflineReports(IEventJournal journal, PortSentryOptions options)
{
    public SourceState Source(Prefix source) => Rebuild<SourceState, ISourceEvent>(SourceActor.IdOf(source), SourceState.Initial, SourceDecider.Apply);

    /// <summary>Blocks that a start would put back in force.</summary>
    public IReadOnlyList<Block> Blocks(Instant now) =>
    [
        .. Rebuild<ResponseState, IResponseEvent>(options.ResponseId, ResponseState.Initial, ResponseDecider.Apply)
            .Active.Values.Where(block => !block.IsOver(now)).OrderBy(static block => block.Since),
    ];

    private TState Rebuild<TState, TEvent>(string persistenceId, TState state, Func<TState, TEvent, TState> apply)
        where TState : class
    {
        var from = 1L;
        if (journal.LoadSnapshot(persistenceId, SnapshotCriteria.Latest) is { } snapshot
            && JournalEvents.Serialiser.Deserialise(snapshot.Manifest, snapshot.Payload.Span) is Decoded.Event { Value: TState kept })
        {
            state = kept;
            from = snapshot.SequenceNr + 1;
        }
        foreach (var entry in journal.Replay(persistenceId, from))
            if (JournalEvents.Serialiser.Deserialise(entry.Manifest, entry.Payload.Span) is Decoded.Event { Value: TEvent happened }) state = apply(state, happened);
        return state;
    }
}
