using PortSentry.Core.Addresses;

namespace PortSentry.Core.Response;

/// <summary>Who decided a block.</summary>
public enum Decider : byte
{
    /// <summary>The detection.</summary>
    Rule,
    Operator,

    /// <summary>The kernel's tripwire, not yet confirmed by the detection.</summary>
    Tripwire,

    /// <summary>Another host of the fleet.</summary>
    Fleet,
}

/// <summary>An answer in force.</summary>
/// <param name="Until">Null: for good.</param>
/// <param name="Offence">1 for the first block of this source; each further one lasts longer.</param>
/// <param name="Mode">The classic mode word (atcp, audp, …) that <c>$MODE$</c> stands for.</param>
public sealed record Block(
    Prefix Target,
    Instant Since,
    Instant? Until,
    Decider By,
    string Reason,
    bool Proven,
    int Offence,
    IpProtocol Protocol,
    ushort Port,
    string Mode)
{
    /// <summary>When the first responder confirmed it; null while nobody did.</summary>
    public Instant? ConfirmedAt { get; init; }

    public bool IsOver(Instant now) => Until is { } until && until <= now;
}

/// <summary>What is remembered of a source whose blocks are over: it comes back to a longer one.</summary>
public readonly record struct Offender(int Offences, Instant Last);
