using System.Globalization;
using System.Net;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Configuration;
using Microsoft.Extensions.Logging;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Commands;
using PortSentry.Daemon.Configuration;

namespace PortSentry.Daemon.Wiring;

/// <summary>
/// What <see cref="SourceRegion"/> is on one host, over several: each source has one actor somewhere in the cluster, and its verdict
/// is told to the answers of every node.
/// </summary>
internal static class ClusterRegion
{
    private const string Verdicts = "verdicts";

    // Fixed for the life of a cluster. About ten a node is usual; more cost the coordinator a little, fewer move more at once.
    private const int Shards = 128;

    // Sharding lets idle sources go by itself.
    private static readonly TimeSpan Never = TimeSpan.FromDays(40);

    /// <summary>Joins the cluster's sources. Facts wait where no other node is reached yet.</summary>
    public static IActorRef Start(ActorSystem system, SourceSettings settings)
    {
        var mediator = DistributedPubSub.Get(system).Mediator;
        mediator.Tell(new Subscribe(Verdicts, settings.Response), ActorRefs.NoSender);
        var verdicts = system.ActorOf(Props.Create(() => new Publisher(mediator)), "verdicts");
        var own = settings with { Response = verdicts, IdleTime = Never };
        var (sharding, placement) = (ClusterSharding.Get(system), ClusterShardingSettings.Create(system));
        // An idle source, or one that moves to another node, first waits until all of it is written.
        var shards = sharding.Start(
            "sources", id => SourceActor.PropsFor(SourceOf(id), own), placement, new BySource(), sharding.DefaultShardAllocationStrategy(placement), LeaveMemory.Instance);
        return system.ActorOf(Props.Create(() => new Region(shards)), "sources");
    }

    /// <summary>A node that the others gave up must not stay up without its sources: it ends, and its service manager starts it anew.</summary>
    public static void EndWith(ActorSystem system, ILogger logger)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        system.WhenTerminated.ContinueWith(
            _ =>
            {
                if (shutdown.ShutdownReason is not CoordinatedShutdown.ClusterDowningReason) return;
                DaemonLog.LeftByCluster(logger);
                Environment.Exit(ExitCodes.Failed);
            },
            TaskScheduler.Default);
    }

    /// <summary>How Akka.NET makes a cluster of the nodes that the configuration names.</summary>
    public static Config Settings(ClusterOptions cluster, string system)
    {
        var seeds = string.Join(", ", cluster.SeedNodes.Select(node => $"\"akka.tcp://{system}@{node}\""));
        var host = new IPEndPoint(cluster.Address, 0).ToString()[..^2];
        return ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
            akka {
              actor.provider = cluster
              remote.dot-netty.tcp { hostname = "{{host}}", port = {{cluster.Port}} }
              cluster {
                seed-nodes = [{{seeds}}]
                downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
                split-brain-resolver.active-strategy = keep-majority
                sharding { state-store-mode = ddata, passivate-idle-entity-after = 2m }
              }
            }
            """)).WithFallback(ClusterSharding.DefaultConfig()).WithFallback(DistributedPubSub.DefaultConfig());
    }

    private static Prefix SourceOf(string entity) => Prefix.TryParse(entity, out var source) ? source : throw new FormatException($"'{entity}' is no source.");

    private sealed class BySource() : HashCodeMessageExtractor(Shards)
    {
        public override string? EntityId(object message) => (message as ISourceMessage)?.Source.ToString();
    }

    private sealed class Region : ReceiveActor
    {
        private long _facts;

        public Region(IActorRef shards)
        {
            Receive<ISourceMessage>(message =>
            {
                if (message is FactSeen) _facts++;
                shards.Forward(message);
            });
            // This node's: what another one holds in memory it has heard of lately, and so it is not idle.
            Receive<GetLiveSources>(_ => shards.Ask<CurrentShardRegionState>(GetShardRegionState.Instance)
                .PipeTo(Sender, success: static state => new LiveSources([.. state.Shards.SelectMany(static shard => shard.EntityIds).Select(SourceOf)])));
            Receive<GetRegionStatus>(_ =>
            {
                var facts = _facts;
                shards.Ask<CurrentShardRegionState>(GetShardRegionState.Instance)
                    .PipeTo(Sender, success: state => new RegionStatus(state.Shards.Sum(static shard => shard.EntityIds.Count), facts, 0));
            });
        }
    }

    private sealed class Publisher : ReceiveActor
    {
        public Publisher(IActorRef mediator) => Receive<ScanSeen>(seen => mediator.Tell(new Publish(Verdicts, seen)));
    }
}
