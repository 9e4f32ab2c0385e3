using System.Collections.Immutable;
using System.Globalization;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Responders;
using Decider = PortSentry.Core.Response.Decider;

namespace PortSentry.Actors.Responses;

/// <summary>A source is a scanner; told at the verdict and at each further fact while it goes on.</summary>
/// <param name="IsNew">True once, at the verdict.</param>
public sealed record ScanSeen(Prefix Source, Fact Fact, ScanDetected Verdict, bool IsNew, bool Proven)
{
    /// <summary>At a new verdict, what led to it.</summary>
    public ImmutableArray<Contact> Contacts { get; init; } = [];
}

/// <summary>An operator's block. Answered by <see cref="Answer"/> when the responders are done and the event is on disk.</summary>
/// <param name="Lasts">Null: for good.</param>
public sealed record BlockByHand(Prefix Target, TimeSpan? Lasts, string Reason);

/// <summary>Lifts the block of the target, those within it, or else the one that covers it. Answered by <see cref="Answer"/>.</summary>
public sealed record Unblock(Prefix Target, string By);

/// <summary>Lifts every block and takes everything of ours out of firewall, routes and files. Answered by <see cref="Answer"/>.</summary>
public sealed record FlushAll(string By);

/// <summary>Compares what should be in force with what each responder holds, and repairs. Answered by <see cref="Answer"/>.</summary>
public sealed record ReconcileNow
{
    public static readonly ReconcileNow Instance = new();
}

/// <summary>
/// <see cref="ResponseSettings.Responders"/> are others now: those that are no longer among them end and are disposed of, new ones start with what should
/// be in force.
/// </summary>
/// <param name="Handovers">Names of those whose traces a new one of that name takes over; the others take theirs away.</param>
public sealed record RespondersChanged(IReadOnlyList<string> Handovers);

/// <summary>Events were lost: the state as it stands is to be kept, so that a restart knows the blocks in force.</summary>
public sealed record KeepState
{
    public static readonly KeepState Instance = new();
}

/// <param name="Text">What was done, or why it was not.</param>
public sealed record Answer(bool Ok, string Text);

/// <summary>Answered by <see cref="ActiveBlocks"/>.</summary>
public sealed record GetActiveBlocks
{
    public static readonly GetActiveBlocks Instance = new();
}

public sealed record ActiveBlocks(ImmutableArray<Block> Blocks);

/// <summary>Answered by <see cref="ResponseRecovered"/> once it knows the blocks, and has told the gates of them.</summary>
public sealed record AwaitRecovery
{
    public static readonly AwaitRecovery Instance = new();
}

public sealed record ResponseRecovered
{
    public static readonly ResponseRecovered Instance = new();
}

/// <summary>Answered by <see cref="ResponseReady"/> once active blocks are back in force.</summary>
public sealed record AwaitReady
{
    public static readonly AwaitReady Instance = new();
}

public sealed record ResponseReady(int Restored);

/// <summary>Answered by <see cref="ResponseStatus"/>.</summary>
public sealed record GetResponseStatus
{
    public static readonly GetResponseStatus Instance = new();
}

public sealed record ResponseStatus(int Active, ImmutableArray<ResponderHealth> Responders)
{
    /// <summary>The budget of unproven sources; null where nobody asked it.</summary>
    public BudgetStatus? Budget { get; init; }

    /// <summary>The share of recent clients that may be blocked.</summary>
    public BudgetStatus? Clients { get; init; }
}

/// <param name="Spent">Blocks that count: of unproven sources in the last minute, or of clients in the last minutes.</param>
/// <param name="SuspendedSince">Since when further ones are only logged; null while the budget suffices.</param>
/// <param name="Refused">Verdicts only logged since then.</param>
public sealed record BudgetStatus(int Spent, int Limit, Instant? SuspendedSince, long Refused);

/// <param name="Error">The last failure, null when the last call worked.</param>
public sealed record ResponderHealth(string Name, bool Ok, string? Error, long Calls, long Failures)
{
    /// <summary>Null where it answered no verdict yet.</summary>
    public Reaction? Reaction { get; init; }
}

/// <summary>From the packet that decided a block to the responder's word that it is in force.</summary>
/// <param name="Blocks">The newest so many were measured.</param>
/// <param name="P90">90 of 100 took no longer.</param>
public sealed record Reaction(int Blocks, TimeSpan Median, TimeSpan P90, TimeSpan P99, TimeSpan Longest);

/// <summary>A responder's word on one call.</summary>
/// <param name="Work">The command that waits for it; 0 is none.</param>
internal sealed record Responded(string Responder, Prefix Target, ResponderResult Result, long Work)
{
    /// <summary>Of a block; null where something was lifted.</summary>
    public BlockRequest? Request { get; init; }
}

/// <summary>A responder failed for the first time (error), or works again (null).</summary>
internal sealed record HealthChanged(string Responder, string? Error);

/// <param name="Restored">Was wanted and not in force.</param>
/// <param name="Removed">Was in force and not wanted.</param>
internal sealed record Reconciled(
    string Responder, bool AtStart, IReadOnlyList<Prefix> Restored, IReadOnlyList<Prefix> Removed, ResponderResult Result, long Work)
{
    /// <summary>What carries the blocks had been changed by somebody else, and is put back.</summary>
    public bool Mended { get; init; }
}

/// <summary>Somebody else touched what is the responder's.</summary>
internal sealed record CompareSoon(string Responder);

/// <summary>The kernel's tripwire holds somebody. The hold is listed and journalled; whether it becomes a block is the verdict's business.</summary>
/// <param name="Fact">The contact that was one too many.</param>
/// <param name="Strikes">How many made a hold of it.</param>
public sealed record HoldSeen(Prefix Target, Fact Fact, int Strikes, Instant At, TimeSpan Lasts)
{
    /// <summary>Made when it is asked for: not while the attacker waits for the verdict.</summary>
    public Block Hold
    {
        get
        {
            var reason = string.Create(
                CultureInfo.InvariantCulture, $"{Strikes} ports without a service or left half-open within a minute, the last {Fact.Protocol.ToString().ToLowerInvariant()} {Fact.Port}");
            return new Block(Target, At, At + Lasts, Decider.Tripwire, reason, Proven: false, Offence: 0, Fact.Protocol, Fact.Port, "tripwire");
        }
    }
}

/// <summary>What has become of a hold? Without a block it is over. Answered by <see cref="HoldJudged"/>.</summary>
public sealed record JudgeHold(Prefix Target);

/// <param name="Block">The block in force of the target or of a wider prefix; null where the evidence did not suffice.</param>
public sealed record HoldJudged(Prefix Target, Block? Block);

/// <summary>Published on the system's event stream when somebody lifts a block: nothing else must hold the target either.</summary>
public sealed record TargetFreed(Prefix Target);
