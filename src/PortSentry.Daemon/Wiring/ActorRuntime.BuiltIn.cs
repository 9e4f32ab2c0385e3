using Microsoft.Extensions.Logging;
using PortSentry.Actors;
using PortSentry.Actors.Sources;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Persistence;
using PortSentry.Engine.Actor.Setup;
using PortSentry.Engine.Dispatch;
using PortSentry.Engine.Event;
using PortSentry.Engine.Persistence;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace PortSentry.Daemon.Wiring;

/// <summary>The actor system on the built-in engine (see docs/decisions/0001-two-engines.md).</summary>
internal static class ActorRuntime
{
    /// <summary>Whether cluster.enabled may be on.</summary>
    public static bool HasCluster => false;

    public static IOwnTurns? Turns { get; } = new RelayTurns();

    public static ActorSystem Create(PortSentryOptions options, IEventJournal journal, JournalHealth health, TimeProvider time, ILogger logger) => ActorSystem.Create("portsentry", ActorSystemSetup.Create(
        new PersistenceSetup(new JournalEventStore(journal, JournalEvents.Serialiser, health, time)),
        new LogSetup(happened => Write(logger, happened), Engine.Event.LogLevel.InfoLevel)));

    public static IActorRef StartRegion(ActorSystem system, PortSentryOptions options, SourceSettings settings) => system.ActorOf(SourceRegion.PropsFor(settings), "sources");

    /// <summary>A second system for the self-test.</summary>
    /// <param name="corner">The part of the journal that it may write.</param>
    public static ActorSystem CreateRehearsal(JournalCorner corner, TimeProvider time, ILogger logger) => ActorSystem.Create("rehearsal", ActorSystemSetup.Create(
        new PersistenceSetup(new JournalEventStore(corner, JournalEvents.Serialiser, new JournalHealth(), time)),
        new LogSetup(happened => Write(logger, happened), Engine.Event.LogLevel.ErrorLevel)));

    private sealed class RelayTurns : IOwnTurns
    {
        public bool IsAnyKept => OwnTurns.IsAnyKept;

        public void Keep() => OwnTurns.Keep();

        public void Pass() => OwnTurns.Pass();

        public void Run() => OwnTurns.Run();
    }

    private static void Write(ILogger logger, LogEvent happened)
    {
        var level = happened.LogLevel() switch
        {
            Engine.Event.LogLevel.ErrorLevel => LogLevel.Error,
            Engine.Event.LogLevel.WarningLevel => LogLevel.Warning,
            Engine.Event.LogLevel.InfoLevel => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        DaemonLog.Actor(logger, level, happened.LogSource, happened.Message, happened.Cause);
    }
}
