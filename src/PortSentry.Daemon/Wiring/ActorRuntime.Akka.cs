using System.Collections.Immutable;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using Microsoft.Extensions.Logging;
using PortSentry.Actors;
using PortSentry.Actors.Sources;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Persistence;
using PortSentry.Daemon.Persistence.Akka;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Wiring;

/// <summary>The actor system on Akka.NET (see docs/decisions/0001-two-engines.md).</summary>
internal static class ActorRuntime
{
    /// <summary>Whether cluster.enabled may be on.</summary>
    public static bool HasCluster => true;

    public static IOwnTurns? Turns => null;

    private const string Name = "portsentry";

    // The daemon handles signals itself and ends the system in its own order.
    private static readonly Config Ours = ConfigurationFactory.ParseString("""
        akka {
          loglevel = INFO
          stdout-loglevel = OFF
          loggers = []
          coordinated-shutdown.run-by-clr-shutdown-hook = off
        }
        """);

    private static readonly ImmutableHashSet<Type> Stored = [typeof(ISourceEvent), typeof(IResponseEvent), typeof(SourceState), typeof(ResponseState)];

    /// <param name="time">Of <paramref name="health"/>; the plug-in itself has the system's.</param>
    /// <param name="journal">Open already: it has made the tables that the plug-in uses.</param>
    public static ActorSystem Create(PortSentryOptions options, IEventJournal journal, JournalHealth health, TimeProvider time, ILogger logger)
    {
        var settings = options.Cluster is { } cluster ? Ours.WithFallback(ClusterRegion.Settings(cluster, Name)) : Ours;
        var system = ActorSystem.Create(Name, ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(settings.WithFallback(SqlPlugin.Settings)),
            SqlPlugin.Store(options),
            new JournalHealthSetup(health, time),
            SerializationSetup.Create(static system =>
            [
                SerializerDetails.Create("portsentry-journal", new ManifestSerializer(system, AkkaTables.SerializerId, JournalEvents.Serialiser), Stored),
                SerializerDetails.Create("portsentry-cluster", new ManifestSerializer(system, ClusterMessages.SerializerId, ClusterMessages.Serialiser), ClusterMessages.Types),
            ])));
        ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new LogForwarder(logger)), "log-forwarder");
        if (options.Cluster is not null) ClusterRegion.EndWith(system, logger);
        return system;
    }

    public static IActorRef StartRegion(ActorSystem system, PortSentryOptions options, SourceSettings settings) =>
        options.Cluster is null ? system.ActorOf(SourceRegion.PropsFor(settings), "sources") : ClusterRegion.Start(system, settings);

    /// <summary>A second system for the self-test. Akka.NET's plug-in writes to its own connection, so here the journal is one in memory.</summary>
    public static ActorSystem CreateRehearsal(JournalCorner corner, TimeProvider time, ILogger logger) => ActorSystem.Create("rehearsal", Ours);
}
