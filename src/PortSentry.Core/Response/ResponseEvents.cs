using PortSentry.Core.Addresses;

namespace PortSentry.Core.Response;

/// <summary>What the journal keeps of answers. Fields are added, never renamed.</summary>
public interface IResponseEvent
{
    Instant At { get; }

    Prefix Target { get; }
}

/// <summary>A block was decided: new, or an old one extended.</summary>
public sealed record BlockDecided(Block Block) : IResponseEvent
{
    public Instant At => Block.Since;

    public Prefix Target => Block.Target;
}

/// <summary>A responder holds the block now.</summary>
public sealed record BlockConfirmed(Instant At, Prefix Target, string Responder) : IResponseEvent;

/// <summary>A responder gave up; the others are not concerned.</summary>
public sealed record BlockFailed(Instant At, Prefix Target, string Responder, string Error) : IResponseEvent;

public sealed record BlockExpired(Instant At, Prefix Target) : IResponseEvent;

/// <summary>An operator (or the fleet) ended it before its time.</summary>
public sealed record BlockLifted(Instant At, Prefix Target, string By) : IResponseEvent;

/// <summary>The evidence asked for a block and the policy said no.</summary>
public sealed record BlockRefused(Instant At, Prefix Target, Refusal Refusal, string Detail) : IResponseEvent;

public enum Refusal : byte
{
    /// <summary>Own address, gateway, resolver, administrator session.</summary>
    Protected,

    /// <summary>On the ignore list.</summary>
    Ignored,

    /// <summary>Enforcement is off: the answer is the log line.</summary>
    LogOnly,

    /// <summary>The minute's blocks for unproven sources are spent.</summary>
    BudgetSpent,

    /// <summary>Too many of the recent clients are blocked already.</summary>
    ClientsBlocked,
}
