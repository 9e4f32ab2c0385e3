using System.Collections.Immutable;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using Microsoft.Extensions.Logging;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Persistence.Akka;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Wiring;

/// <summary>The actor system on Akka.NET (see docs/decisions/0001-two-engines.md).</summary>
internal static class ActorRuntime
{
    /// <summary>Whether cluster.enabled may be on.</summary>
    public static bool HasCluster => true;

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

    /// <param name="health">Stays well: the plug-in's actors stop where the database fails, and their supervisors bring them back.</param>
    /// <param name="time">The plug-in has the system's.</param>
    /// <param name="journal">Open already: it has made the tables that the plug-in uses.</param>
    public static ActorSystem Create(PortSentryOptions options, IEventJournal journal, JournalHealth health, TimeProvider time, ILogger logger)
    {
        var system = ActorSystem.Create("portsentry", ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(Ours.WithFallback(SqlPlugin.Settings)),
            SqlPlugin.Store(options),
            SerializationSetup.Create(static system => [SerializerDetails.Create("portsentry", new JournalSerializer(system, JournalEvents.Serialiser), Stored)])));
        ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new LogForwarder(logger)), "log-forwarder");
        return system;
    }
}
