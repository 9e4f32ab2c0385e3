using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <param name="Responders">All that are configured now; they are started when the policy enforces.</param>
/// <param name="Notices">Takes <see cref="Notice"/>.</param>
/// <param name="Sources">The region, once it stands: the two know each other.</param>
public sealed record ResponseSettings(
    LivePolicy Policy,
    Func<IReadOnlyList<IBlockResponder>> Responders,
    IProtection Protection,
    IGateControl Gates,
    IActorRef Notices,
    Func<IActorRef?> Sources,
    TimeProvider Time)
{
    /// <summary>Another one on each node where several share a journal.</summary>
    public string PersistenceId { get; init; } = ResponseActor.Id;

    /// <summary>A refusal of the same kind for the same target is reported at most this often.</summary>
    public TimeSpan RepeatRefusal { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two comparisons with what the responders hold. Shorter: somebody's flush is healed sooner, at more listing.</summary>
    public TimeSpan ReconcileEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A responder that takes longer to start does not hold up the watch.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>An operator's command is answered by then, whatever is still under way.</summary>
    public TimeSpan AnswerPatience { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>A responder's call that takes longer is given up.</summary>
    public TimeSpan CallPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Events of answers kept behind a snapshot, for <c>history</c>: some 300 bytes each.</summary>
    public long EventsKept { get; init; } = 50_000;
}
