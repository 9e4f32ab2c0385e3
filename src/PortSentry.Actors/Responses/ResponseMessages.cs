using System.Collections.Immutable;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <summary>A source is a scanner; told at the verdict and at each further fact while it goes on.</summary>
/// <param name="IsNew">True once, at the verdict.</param>
public sealed record ScanSeen(Prefix Source, Fact Fact, ScanDetected Verdict, bool IsNew, bool Proven);

/// <summary>An operator's block. Answered by <see cref="Answer"/>.</summary>
/// <param name="Lasts">Null: for good.</param>
public sealed record BlockByHand(Prefix Target, TimeSpan? Lasts, string Reason);

/// <summary>Answered by <see cref="Answer"/>.</summary>
public sealed record Unblock(Prefix Target, string By);

/// <summary>Lifts every block and takes everything of ours out of firewall, routes and files. Answered by <see cref="Answer"/>.</summary>
public sealed record FlushAll(string By);

/// <param name="Text">What was done, or why it was not.</param>
public sealed record Answer(bool Ok, string Text);

/// <summary>Answered by <see cref="ActiveBlocks"/>.</summary>
public sealed record GetActiveBlocks
{
    public static readonly GetActiveBlocks Instance = new();
}

public sealed record ActiveBlocks(ImmutableArray<Block> Blocks);

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

public sealed record ResponseStatus(int Active, ImmutableArray<ResponderHealth> Responders);

/// <param name="Error">The last failure, null when the last call worked.</param>
public sealed record ResponderHealth(string Name, bool Ok, string? Error, long Calls, long Failures);

/// <summary>A responder's word on one call.</summary>
internal sealed record Responded(string Responder, BlockRequest? Request, Prefix Target, ResponderResult Result);
