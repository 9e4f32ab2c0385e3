namespace PortSentry.Responders.Challenge;

/// <summary>How the kernel hands over who touches a trap port. Defaults are those of config/portsentry.conf.</summary>
public sealed record ChallengeRules
{
    /// <summary>Name of the table in the family inet; everything in it is ours.</summary>
    public string Table { get; init; } = "portsentry_challenge";

    /// <summary>Hook priority in prerouting: before the blocks, so that who was blocked unproven meanwhile can still prove himself.</summary>
    public int Early { get; init; } = -310;

    /// <summary>Hook priority in input: behind the tripwire, which counts the SYN, and before the usual filter.</summary>
    public int Priority { get; init; } = -9;

    /// <summary>The nflog group of SYNs; the next one carries the ACKs.</summary>
    public int LogGroup { get; init; } = 2000;

    /// <summary>
    /// SYNs a second that are answered, and ACKs that are looked at; the kernel refuses the others as ever. Higher: who forges addresses has
    /// us send more SYN-ACKs to others. Lower: in a flood fewer prove themselves.
    /// </summary>
    public int PerSecond { get; init; } = 200;

    public int ProofGroup => LogGroup + 1;
}
