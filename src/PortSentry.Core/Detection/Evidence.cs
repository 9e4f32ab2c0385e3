using System.Collections.Immutable;
using PortSentry.Core.Addresses;

namespace PortSentry.Core.Detection;

/// <summary>
/// The failures of a source as a shape. A high ratio alone accuses nobody: a crawler with dead links and a peer-to-peer node
/// fail often too, but on a port each of many hosts.
/// </summary>
public static class Evidence
{
    /// <summary>Hosts with more than one failed port that make a block scan.</summary>
    private const int BlockHosts = 4;

    /// <summary>Mean time between probes above which a scan is called slow.</summary>
    private static readonly TimeSpan SlowGap = TimeSpan.FromMinutes(1);

    /// <summary>The shape that the newest contact completes, if any.</summary>
    /// <param name="elsewhere">Hosts that served the source at the newest contact's port: each makes up for one that did not.</param>
    public static ScanShape Completes(ImmutableArray<Contact> contacts, in Contact newest, int elsewhere, DetectionPolicy policy)
    {
        // Trap ports accuse by themselves: the classic trigger counts them, on whichever of our addresses.
        if (policy.Weights.TrapsOnly) return ScanShape.Vertical;
        double onHost = 0, onPort = 0;
        foreach (var contact in contacts)
        {
            if (contact.Weight <= 0) continue;
            var weight = contact.Weight * Decay.Factor(contact.At, newest.At, policy.HalfLife);
            if (contact.Destination == newest.Destination) onHost += weight;
            if (contact.Port == newest.Port && contact.Protocol == newest.Protocol && contact.Destination != newest.Destination)
                onPort += SweepWeight(contact, weight, newest.Destination);
        }
        onHost += newest.Weight;
        onPort += SweepWeight(newest, newest.Weight, newest.Destination);
        if (onHost >= policy.Strikes) return ScanShape.Vertical;
        if (onPort >= policy.SweepHosts + elsewhere && !policy.PeerPorts.Contains(newest.Protocol, newest.Port)) return ScanShape.Sweep;
        return TouchesManyHostsTwice(contacts, newest, elsewhere) ? ScanShape.BlockScan : ScanShape.None;
    }

    /// <summary>What a whole scan is called, by its extent: a service may have several ports (22, 2222), a target several addresses.</summary>
    public static ScanShape Classify(int ports, int hosts, long facts, TimeSpan duration)
    {
        if (facts > 1 && duration / (facts - 1) > SlowGap) return ScanShape.Slow;
        if (hosts <= 1) return ScanShape.Vertical;
        return ports <= 1 || hosts >= 16 * ports ? ScanShape.Sweep : ports >= 8 * hosts ? ScanShape.Vertical : ScanShape.BlockScan;
    }

    // One host is one strike of a sweep, however odd the packet; a half-open health check is half a one.
    private static double SweepWeight(in Contact contact, double weight, Address newest) => Math.Min(weight, 1) * contact.Outcome switch
    {
        Outcome.HalfOpen => 0.5,
        Outcome.Inferred => 0, // whom a reflection attack aims at is refused by many hosts
        Outcome.Silent or Outcome.Dark or Outcome.OneWay when contact.Kind == ProbeKind.TcpConnect && IsStrewn(contact, newest) => 0.4,
        Outcome.Refused when contact.Kind is ProbeKind.TcpAck or ProbeKind.TcpMaimon && IsStrewn(contact, newest) => 0.4,
        _ => 1,
    };

    // A client whose uplink is down asks many servers all over the world, with its stack's own SYN, on the ports that clients use; one that
    // wakes closes its connections to many that forgot them. A sweep goes through neighbours, or asks for a service that nobody needs at a hundred places.
    private static bool IsStrewn(in Contact contact, Address newest) => contact.Port is 80 or 443 or >= 1024 && !AreNeighbours(contact.Destination, newest);

    private static bool AreNeighbours(Address left, Address right) =>
        left != right && left.High == right.High && (!left.IsV4 || (left.Low ^ right.Low) >> 8 == 0);

    private static bool TouchesManyHostsTwice(ImmutableArray<Contact> contacts, in Contact newest, int elsewhere)
    {
        if (contacts.Length < (2 * BlockHosts) - 1) return false;
        // The same number on TCP and UDP is one service: peer-to-peer nodes try both.
        var twice = contacts.Add(newest).GroupBy(static contact => contact.Destination)
            .Where(static host => host.DistinctBy(static contact => contact.Port).Sum(static contact => contact.Weight) >= 2).ToList();
        if (twice.Count < BlockHosts + elsewhere) return false;
        // The first node of a cluster that starts looks for its peers on the two ports of one service.
        var isPair = twice.SelectMany(static host => host).Where(static contact => contact.Weight > 0).DistinctBy(static contact => contact.Port).Count() <= 2;
        return !isPair || newest.Kind != ProbeKind.TcpConnect || twice.Count >= (2 * BlockHosts) + elsewhere;
    }
}
