using PortSentry.Core.Detection;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Configuration;

/// <summary>portsentry.detection, apart from the waits that belong to the gate.</summary>
internal static class DetectionSection
{
    // A single failure may not weigh more than this: a slip of the pen such as "40" would make every refusal a verdict for good.
    private const double HeaviestWeight = 20;

    public static DetectionPolicy Bind(Section section)
    {
        var policy = new DetectionPolicy
        {
            HonestSuccess = section.Number("theta0", 0.01, 0.999999999),
            ScannerSuccess = section.Number("theta1", 0.001, 0.999999),
            Detection = section.Number("p-detect", 0.5, 0.999999),
            FalseAlarm = section.Number("p-false", 0.000001, 0.5),
            HalfLife = section.Duration("half-life", TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650)),
            SweepHosts = section.Whole("sweep-hosts", 2, 1_000_000),
            RepeatVerdict = section.Duration("repeat-verdict", TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)),
            Weights = BindWeights(section.Inner("weights")),
            Families = BindFamilies(section.Inner("families")),
            PeerPorts = BindPeers(section.Inner("peer-ports")),
        };
        if (policy.ScannerSuccess >= policy.HonestSuccess) section.ProblemBetween("theta1", "theta0", "theta1 is not below theta0: then failures would speak for a source", "theta1 below theta0");
        if (policy.FalseAlarm >= policy.Detection) section.ProblemBetween("p-false", "p-detect", "p-false is not below p-detect", "p-false below p-detect");
        return policy;
    }

    public static TrapPortOptions BindTrapPorts(Section section)
    {
        var ports = new TrapPortOptions(section.Ports("tcp"), section.Ports("udp"), section.Ports("sctp"));
        section.Finish();
        return ports;
    }

    private static Weights BindWeights(Section section)
    {
        var weights = new Weights
        {
            Refused = Weight("refused"),
            Unserved = Weight("unserved"),
            Silent = Weight("silent"),
            Dark = Weight("dark"),
            OneWay = Weight("one-way"),
            HalfOpen = Weight("half-open"),
            Abandoned = Weight("abandoned"),
            UdpSilence = section.Number("udp-silence", 0, 1),
            Stealth = Weight("stealth"),
            DamagedStealth = Weight("damaged-stealth"),
            UnansweredAck = Weight("unanswered-ack"),
            Trap = Weight("trap"),
            Evasion = Weight("evasion"),
        };
        section.Finish();
        return weights;

        double Weight(string key) => section.Number(key, 0, HeaviestWeight);
    }

    private static ServiceFamily BindPeers(Section section)
    {
        var peers = new ServiceFamily("peers", Ports(section, "tcp"), Ports(section, "udp"));
        section.Finish();
        return peers;
    }

    private static ServiceFamilies BindFamilies(Section section)
    {
        var families = new List<ServiceFamily>();
        foreach (var field in section.Tree.Fields)
        {
            // null takes a built-in family out.
            if (section.Optional(field.Key)?.Value is HoconScalar { Kind: HoconScalarKind.Null }) continue;
            var inner = section.Inner(field.Key);
            families.Add(new ServiceFamily(field.Key, Ports(inner, "tcp"), Ports(inner, "udp")));
            inner.Finish();
        }

        return new ServiceFamilies(families);
    }

    private static IReadOnlyList<PortRange> Ports(Section section, string key) => section.Optional(key) is null ? [] : section.Ports(key);
}
