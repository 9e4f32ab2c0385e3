namespace PortSentry.Responders.Nftables;

/// <summary>Options of the responder <c>nftables</c>.</summary>
public sealed record NftablesOptions : IResponderOptions
{
    /// <summary>Name of our table in the family inet. Everything in it is ours: it is deleted as a whole.</summary>
    public string Table { get; init; } = "portsentry";

    /// <summary>
    /// Addresses that each hash set can hold, 1 to 16,777,216. The kernel takes memory as elements come (some 100 bytes
    /// each); a full set refuses blocks.
    /// </summary>
    public int MaxAddresses { get; init; } = 1 << 20;

    /// <summary>Networks that each interval set can hold, 1 to 1,048,576. One change beside an overlapping network rewrites the set.</summary>
    public int MaxNetworks { get; init; } = 1 << 16;

    /// <summary>
    /// Hook priority in prerouting. -300 (raw) is before connection tracking and DNAT: what goes to containers is
    /// dropped too, and established connections end. Higher than -200 costs a conntrack look-up for each dropped packet.
    /// </summary>
    public int Priority { get; init; } = -300;

    /// <summary>Counts dropped packets and bytes in one rule. Costs a few nanoseconds for a dropped packet.</summary>
    public bool Counter { get; init; } = true;

    /// <summary>Kernel log lines for dropped packets, at most this many a minute; 0 is none. An attacker chooses how often we log.</summary>
    public int LogPerMinute { get; init; }

    public string Traces => Table;

    public IEnumerable<OptionProblem> Check()
    {
        if (Table.Length is 0 or > 31 || !char.IsAsciiLetter(Table[0]) || Table.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
            yield return new("table", "1 to 31 letters, digits, _ or -, a letter first");
        if (MaxAddresses is < 1 or > 1 << 24) yield return new("max-addresses", "1 to 16777216");
        if (MaxNetworks is < 1 or > 1 << 20) yield return new("max-networks", "1 to 1048576");
        if (Priority is < -399 or > 1000) yield return new("priority", "-399 to 1000");
        if (LogPerMinute is < 0 or > 6000) yield return new("log-per-minute", "0 to 6000");
    }
}
