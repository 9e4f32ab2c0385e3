using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Core.Tests.Detection;

/// <summary>Facts and runs of decisions for tests.</summary>
internal static class Facts
{
    public static readonly Instant Start = new(1_700_000_000_000_000_000);
    public static readonly Address Attacker = Address.Parse("192.0.2.1");
    public static readonly Address Victim = Address.Parse("198.51.100.1");

    public static Fact Refused(ushort port, TimeSpan? after = null, Address? on = null, ProbeKind kind = ProbeKind.TcpSyn, byte credit = 0) =>
        Of(port, Outcome.Refused, after, on, kind, credit);

    public static Fact Of(
        ushort port, Outcome outcome, TimeSpan? after = null, Address? on = null, ProbeKind kind = ProbeKind.TcpSyn, byte credit = 0,
        Traits traits = Traits.None, bool proven = false, IpProtocol protocol = IpProtocol.Tcp)
    {
        var at = Start + (after ?? TimeSpan.Zero);
        return new Fact(Attacker, on ?? Victim, protocol, port, kind, outcome, traits, 0, proven, credit, 1, at, at);
    }

    public static Address Host(int number) => Address.FromV4(0xC633_6400u + (uint)number);

    public static SourceState Run(SourceState state, IEnumerable<Fact> facts, DetectionPolicy? policy = null)
    {
        foreach (var fact in facts)
            foreach (var happened in SourceDecider.Decide(state, fact, policy ?? DetectionPolicy.Default)) state = SourceDecider.Apply(state, happened);
        return state;
    }

    public static SourceState Run(params IEnumerable<Fact> facts) => Run(SourceState.Initial, facts);
}
