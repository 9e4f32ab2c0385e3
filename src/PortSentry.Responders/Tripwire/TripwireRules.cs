using PortSentry.Core.Detection;

namespace PortSentry.Responders.Tripwire;

/// <summary>What the kernel's tripwire counts and when it holds. Defaults are those of config/portsentry.conf.</summary>
public sealed record TripwireRules
{
    /// <summary>Name of the table in the family inet; everything in it is ours.</summary>
    public string Table { get; init; } = "portsentry_tripwire";

    /// <summary>
    /// First contacts with ports without a socket (or left <see cref="HalfOpen"/>), of one address with one of ours within a minute, at which the address is held, 1 to 100.
    /// Fewer: a scanner learns less, and clients that err are held. More: as many more answers.
    /// </summary>
    public int Strikes { get; init; } = 4;

    /// <summary>The same for segments that no honest stack sends (NULL, FIN, XMAS, SYN+FIN), 1 to 100. At 1 a single damaged or forged segment holds.</summary>
    public int OddStrikes { get; init; } = 2;

    /// <summary>Whether a port that a tool leaves half-open is a strike. It must weigh as much in the detection: who is released is spared for a while.</summary>
    public bool HalfOpen { get; init; } = true;

    /// <summary>Whose first SYN to a port is dropped while he has a strike: it passes when his stack sends it again.</summary>
    public Hesitation Hesitate { get; init; } = Hesitation.Refusals;

    internal bool Hesitates => Hesitate != Hesitation.Off;

    /// <summary>How long a hold lasts that nobody confirms or releases. Shorter: a scanner is back before a slow daemon has judged.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Holds a minute; above it contacts are only reported. 0 holds nobody. Higher: who forges addresses has more of them held.</summary>
    public int HoldsPerMinute { get; init; } = 60;

    /// <summary>First contacts remembered for a minute, a set each for IPv4 and IPv6; some 150 bytes each. A full set counts nobody, a large one leaves the processor's cache.</summary>
    public int MaxContacts { get; init; } = 1 << 15;

    /// <summary>
    /// First contacts a second that are counted; of more, those that come fast from one sender. A minute of them must fit into <see cref="MaxContacts"/>. Lower: a
    /// botnet of many members is taken for a flood. Higher: a flood of forged senders takes more memory.
    /// </summary>
    public int ContactsPerSecond { get; init; } = 500;

    /// <summary>Hook priority in input. -10 is before the usual filter at 0, so the strikes of a host that drops silently count too.</summary>
    public int Priority { get; init; } = -10;

    /// <summary>The nflog group of first contacts; the next one carries the holds.</summary>
    public int LogGroup { get; init; } = 1998;

    /// <summary>First contacts reported a second; more are a flood, of which a sample suffices.</summary>
    public int ReportsPerSecond { get; init; } = 500;

    /// <summary>Ports of one family count once for one of our addresses.</summary>
    public ServiceFamilies Families { get; init; } = ServiceFamilies.Default;

    public int HoldGroup => LogGroup + 1;
}
