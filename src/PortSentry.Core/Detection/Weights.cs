namespace PortSentry.Core.Detection;

/// <summary>
/// How much one first contact weighs, in failures of the sequential test (1 = one refused connection). The one table of
/// weights; each says why, and what it costs.
/// </summary>
public sealed record Weights
{
    public static readonly Weights Default = new();

    private const byte AckOrRst = 0x14; // RFC 9293 3.1

    /// <summary>Somebody said no. The unit.</summary>
    public double Refused { get; init; } = 1;

    /// <summary>No socket and no answer on this host: as good as a refusal that a firewall swallowed.</summary>
    public double Unserved { get; init; } = 1;

    /// <summary>Silence of a host that answers others. Lower: a filtered port hides longer; higher: lossy paths accuse.</summary>
    public double Silent { get; init; } = 1;

    /// <summary>Silence of a host that never spoke. Lower: sweeps of empty nets need more hosts; higher: dead servers accuse their clients.</summary>
    public double Dark { get; init; } = 0.5;

    /// <summary>Silence where no answer is ever seen: breadth decides (6 ports, 17 hosts at the default).</summary>
    public double OneWay { get; init; } = 0.6;

    /// <summary>SYN-ACK, then RST or nothing. In sweeps it counts half, since half-open health checks look so.</summary>
    public double HalfOpen { get; init; } = 1;

    /// <summary>Connected, then reset without data. Neutral: every load balancer does it.</summary>
    public double Abandoned { get; init; }

    /// <summary>UDP silence off this host, as a factor: many UDP services never answer.</summary>
    public double UdpSilence { get; init; } = 0.5;

    /// <summary>FIN, NULL, XMAS, SYN+FIN and the like: one is a verdict, for no stack sends them.</summary>
    public double Stealth { get; init; } = 4;

    /// <summary>The same with a wrong checksum, with data or in fragments: a probe in disguise or mere damage.</summary>
    public double DamagedStealth { get; init; } = 1;

    /// <summary>
    /// A bare ACK of no connection that nobody answered, from a source without any: a capture may begin in mid-connection, so
    /// breadth decides (12 ports, 34 hosts at the default). A FIN+ACK proves nothing: idle connections end so.
    /// </summary>
    public double UnansweredAck { get; init; } = 0.3;

    /// <summary>Added for a trap port: two touched ones are a verdict, one is when it was also refused with options.</summary>
    public double Trap { get; init; } = 1;

    /// <summary>Added when IP options are set or the header is cut over fragments.</summary>
    public double Evasion { get; init; } = 1;

    /// <summary>
    /// The classic engine: a touched trap port weighs <see cref="Trap"/> and nothing else weighs anything, however odd. PortSentry 1.2
    /// drops TCP packets with ACK or RST, so ACK, Window and Maimon scans are no touch either.
    /// </summary>
    public bool TrapsOnly { get; init; }

    /// <summary>The weight of a fact; 0 for what is no failure. Successes are counted by <see cref="Fact.Credit"/>.</summary>
    public double Of(in Fact fact)
    {
        if (fact.Outcome == Outcome.Served) return 0;
        if (TrapsOnly) return (fact.Traits & Traits.Trap) != 0 && !HasAckOrRst(fact) ? Trap : 0;
        var damaged = (fact.Traits & (Traits.BadChecksum | Traits.Laden)) != 0;
        if (fact.Kind.IsStealth()) return damaged ? DamagedStealth : Stealth;
        var weight = Base(fact);
        if (weight <= 0) return 0;
        if ((fact.Traits & Traits.Trap) != 0) weight += Trap;
        if ((fact.Traits & (Traits.IpOptions | Traits.TinyFragment)) != 0) weight += Evasion;
        return weight;
    }

    // A real stack's connection let go in mid-handshake: a browser's slower of two (RFC 8305), a client that gave up. No tool's SYN.
    private const double LetGo = 0.3;

    private static bool HasAckOrRst(in Fact fact) => fact.Kind switch
    {
        ProbeKind.TcpAck or ProbeKind.TcpWindow or ProbeKind.TcpMaimon => true,
        ProbeKind.TcpOther => (fact.TcpFlags & AckOrRst) != 0,
        _ => false,
    };

    // One that the other end forgot: breadth decides. In fragments it is a probe nevertheless.
    private static bool IsOfConnection(in Fact fact) =>
        fact.Kind is ProbeKind.TcpAck or ProbeKind.TcpMaimon && (fact.Traits & (Traits.Laden | Traits.Fragmented)) == Traits.Laden;

    private double Base(in Fact fact)
    {
        var weight = fact.Outcome switch
        {
            Outcome.Refused or Outcome.Odd or Outcome.Trapped => Refused,
            Outcome.Unserved => Unserved,
            Outcome.Silent => Silent,
            Outcome.Dark => Dark,
            Outcome.OneWay or Outcome.Inferred => OneWay,
            Outcome.HalfOpen => fact.Kind == ProbeKind.TcpConnect ? HalfOpen * LetGo : HalfOpen,
            Outcome.Abandoned => Abandoned,
            _ => 0,
        };
        if (IsOfConnection(fact)) return Math.Min(weight, UnansweredAck);
        var silence = fact.Outcome is Outcome.Silent or Outcome.Dark or Outcome.OneWay or Outcome.Unserved;
        if (!silence) return weight;
        return fact.Kind switch
        {
            ProbeKind.TcpAck or ProbeKind.TcpWindow => UnansweredAck,
            ProbeKind.TcpMaimon => 0,
            ProbeKind.Udp when fact.Outcome != Outcome.Unserved => weight * UdpSilence,
            ProbeKind.IpProtocol when (fact.Traits & Traits.Laden) != 0 => weight * UdpSilence,
            // Associations and rare protocols have no crowd of careless clients, and half of an asymmetric route shows that they work.
            ProbeKind.SctpInit or ProbeKind.SctpCookieEcho or ProbeKind.IpProtocol => Silent,
            _ => weight,
        };
    }
}
