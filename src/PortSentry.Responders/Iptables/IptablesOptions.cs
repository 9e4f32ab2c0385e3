namespace PortSentry.Responders.Iptables;

/// <summary>Options of the responder <c>iptables</c>.</summary>
public sealed record IptablesOptions : IResponderOptions
{
    public XtablesVariant Variant { get; init; }

    /// <summary>raw is before connection tracking and DNAT: what goes to containers is dropped too, and established connections end.</summary>
    public string Table { get; init; } = "raw";

    /// <summary>The chain at whose top stands the jump to ours: PREROUTING of raw and mangle, INPUT, FORWARD, or another's chain as DOCKER-USER of filter.</summary>
    public string Hook { get; init; } = "PREROUTING";

    /// <summary>Our own chain. Everything in it is ours: it is deleted as a whole.</summary>
    public string Chain { get; init; } = "PORTSENTRY";

    /// <summary>Rules of a family, 1 to 20,000. Each packet of an address that is not blocked passes all of them.</summary>
    public int MaxRules { get; init; } = 1000;

    public string Traces => $"{Chain} {Variant} {Table} {Hook}";

    public IEnumerable<OptionProblem> Check()
    {
        foreach (var problem in Xtables.Check(Variant, Table, Hook)) yield return problem;
        if (!Xtables.IsName(Chain, 28) || Chain == Hook) yield return new("chain", "1 to 28 letters, digits, _ or -, a letter first; not the hook itself");
        if (MaxRules is < 1 or > 20_000) yield return new("max-rules", "1 to 20000");
    }
}
