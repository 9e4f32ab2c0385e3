using System.Net;
using PortSentry.Daemon.Hocon;
using PortSentry.Daemon.Wiring;

namespace PortSentry.Daemon.Configuration;

/// <summary>cluster { }: which other hosts this one works with.</summary>
internal static class ClusterSection
{
    /// <returns>Null: this host works alone.</returns>
    public static ClusterOptions? Bind(Section section, JournalKind journal)
    {
        var enabled = section.Switch("enabled");
        var address = section.Text("address", "an address of this host, or \"\" while enabled = off", static text => text.Length == 0 || IPAddress.TryParse(text, out _));
        var port = section.Whole("port", 1, 65535);
        var seeds = section.List<IPEndPoint>("seed-nodes", "addresses with ports, such as \"192.0.2.1:4053\"", TryRead);
        section.Finish();
        if (!enabled) return null;
        if (!ActorRuntime.HasCluster)
        {
            section.ProblemAt("enabled", "this build has the built-in actor engine, which does not reach beyond one host", "off, or a build with -p:ActorEngine=Akka");
            return null;
        }
        if (journal != JournalKind.PostgreSql) section.ProblemAt("enabled", "on, while journal.kind is not postgresql: a source's history must reach every node", "journal.kind = postgresql");
        if (seeds.Count == 0) section.ProblemAt("seed-nodes", "an empty list, while enabled = on", "at least one node, on the first node itself");
        if (IPAddress.TryParse(address, out var own)) return new ClusterOptions(own, port, seeds);
        section.ProblemAt("address", "empty, while enabled = on", "an address of this host that the other nodes reach");
        return null;
    }

    private static bool TryRead(HoconValue value, out IPEndPoint node) =>
        IPEndPoint.TryParse(value is HoconScalar { Kind: not HoconScalarKind.Null } scalar ? scalar.Text : "", out node!) && node.Port != 0;
}
