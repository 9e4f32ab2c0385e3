namespace PortSentry.Responders.Route;

/// <summary>What the kernel answers to packets for such a route.</summary>
public enum RouteKind
{
    /// <summary>Silence.</summary>
    Blackhole = 6,

    /// <summary>ICMP host unreachable to local senders: services that answer learn at once, instead of waiting.</summary>
    Unreachable = 7,

    /// <summary>ICMP administratively prohibited.</summary>
    Prohibit = 8,
}

/// <summary>
/// Options of the responder <c>route</c>. A route keeps our answers from the attacker, not his packets from us: UDP still
/// arrives, and a raw capture still sees him (reverse path filtering drops the rest where it is on).
/// </summary>
public sealed record RouteOptions : IResponderOptions
{
    public RouteKind Kind { get; init; } = RouteKind.Blackhole;

    /// <summary>Routing table, 1 to 2^31-1; 254 is main.</summary>
    public int Table { get; init; } = 254;

    /// <summary>1 or more. Matters only beside another route to the very same prefix: the lower wins, and a connected IPv4 network has 0.</summary>
    public int Metric { get; init; } = 1;

    /// <summary>
    /// The mark by which we know our own routes again (rtm_protocol), 5 to 255 and used by nothing else on this host
    /// (/etc/iproute2/rt_protos lists the taken ones). Changing it while routes stand orphans them.
    /// </summary>
    public int Protocol { get; init; } = 143;

    public IEnumerable<OptionProblem> Check()
    {
        if (!Enum.IsDefined(Kind)) yield return new("kind", "blackhole, unreachable or prohibit");
        if (Table < 1) yield return new("table", "1 to 2147483647");
        if (Metric < 1) yield return new("metric", "1 to 2147483647");
        if (Protocol is < 5 or > 255) yield return new("protocol", "5 to 255");
    }
}
