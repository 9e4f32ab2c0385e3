using PortSentry.Capture.Challenge;
using PortSentry.Core.Detection;
using PortSentry.Responders.Challenge;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Actors.Challenge;

/// <param name="OpenLog">Opens the kernel's reports, of ACKs as holds; throws an IOException when that cannot be done now.</param>
/// <param name="Ports">The trap ports as of now, disjoint; asked once a second.</param>
/// <param name="Traps">Takes who proved himself: the actor of the bound ports.</param>
public sealed record ChallengeSettings(
    KernelChallenge Kernel,
    Func<ITripwireLog> OpenLog,
    Func<IReadOnlyList<PortRange>> Ports,
    SynCookies Cookies,
    LivePolicy Policy,
    IActorRef Traps,
    IActorRef Notices,
    TimeProvider Time);

/// <summary>Takes the rules out, for a minute.</summary>
public sealed record FlushChallenge
{
    public static readonly FlushChallenge Instance = new();
}

/// <summary>Answered by <see cref="ChallengeStatus"/>.</summary>
public sealed record GetChallengeStatus
{
    public static readonly GetChallengeStatus Instance = new();
}

/// <param name="IsAsking">SYNs to trap ports are answered.</param>
/// <param name="Error">The last failure; null when all is well.</param>
/// <param name="Dropped">Answers that could not be sent.</param>
public sealed record ChallengeStatus(bool IsAsking, string? Error, long Answers, long Proofs, long Dropped);
