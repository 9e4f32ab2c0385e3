using PortSentry.Responders.Iptables;

namespace PortSentry.Responders.Ipset;

/// <summary>Options of the responder <c>ipset</c>.</summary>
public sealed record IpsetOptions : IResponderOptions
{
    /// <summary>The sets are this name with a 4 and with a 6. They are ours: deleted as a whole.</summary>
    public string Set { get; init; } = "portsentry";

    /// <summary>Addresses and networks that each set can hold, 1 to 16,777,216. Memory is taken as they come; a full set refuses blocks.</summary>
    public int MaxElements { get; init; } = 1 << 20;

    public XtablesVariant Variant { get; init; }

    /// <summary>raw is before connection tracking and DNAT: what goes to containers is dropped too, and established connections end.</summary>
    public string Table { get; init; } = "raw";

    /// <summary>The chain at whose top the one rule stands: PREROUTING of raw and mangle, INPUT, FORWARD, or another's chain as DOCKER-USER of filter.</summary>
    public string Hook { get; init; } = "PREROUTING";

    public string Traces => $"{Set} {Variant} {Table} {Hook}";

    public IEnumerable<OptionProblem> Check()
    {
        // IPSET_MAXNAMELEN is 32 with its zero, and we add a digit.
        if (!Xtables.IsName(Set, 30)) yield return new("set", "1 to 30 letters, digits, _ or -, a letter first");
        if (MaxElements is < 1 or > 1 << 24) yield return new("max-elements", "1 to 16777216");
        foreach (var problem in Xtables.Check(Variant, Table, Hook)) yield return problem;
    }
}
