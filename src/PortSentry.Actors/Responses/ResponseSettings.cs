using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <param name="Notices">Takes <see cref="Notice"/>.</param>
/// <param name="Sources">The region, once it stands: the two know each other.</param>
public sealed record ResponseSettings(
    LivePolicy Policy,
    IReadOnlyList<IBlockResponder> Responders,
    IProtection Protection,
    IGateControl Gates,
    IActorRef Notices,
    Func<IActorRef?> Sources,
    TimeProvider Time)
{
    /// <summary>A refusal of the same kind for the same target is reported at most this often.</summary>
    public TimeSpan RepeatRefusal { get; init; } = TimeSpan.FromMinutes(10);
}
