using PortSentry.Actors.Responses;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Actors.Tripwire;

/// <param name="OpenLog">Opens the kernel's reports; throws an IOException when that cannot be done now.</param>
/// <param name="View">Who passes and what counts, as of now; asked once a second.</param>
/// <param name="Region">Takes the facts.</param>
/// <param name="Response">Takes holds.</param>
public sealed record TripwireSettings(
    TripwireRules Rules,
    ITripwire Kernel,
    Func<ITripwireLog> OpenLog,
    Func<TripwireView> View,
    IProtection Protection,
    LivePolicy Policy,
    IActorRef Region,
    IActorRef Response,
    IActorRef Notices,
    TimeProvider Time)
{
    /// <summary>So that the thread which heard of a hold has the turn of the actor that is told; null where the engine has none.</summary>
    public IOwnTurns? Turns { get; init; }

    /// <summary>Whether a contact succeeded before. The kernel knows nothing of the past: to it a service that stopped was never there.</summary>
    public Func<Fact, bool> WasServed { get; init; } = static _ => false;

    /// <summary>Whether a block in force keeps the source's packets out by itself; then the hold can go as soon as the block stands.</summary>
    public Func<bool> BlocksDropPackets { get; init; } = static () => true;

    /// <summary>A hold without a block after this time is released. Shorter: a daemon under load releases scanners. Longer: an honest client waits.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Who was released is not held again for so long: the daemon alone judges it.</summary>
    public TimeSpan Spare { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>First contacts reported a second that make a flood; below the rules' ReportsPerSecond.</summary>
    public int FloodContactsPerSecond { get; init; } = 400;

    /// <summary>A flood is over when there was none for so long.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromSeconds(10);
}

/// <param name="Friends">Never held.</param>
/// <param name="Own">Addresses of this host.</param>
/// <param name="Served">Without a socket that the kernel's rules could look up: over SCTP, or by IPVS, which takes its packets behind them.</param>
public sealed record TripwireView(IReadOnlyCollection<Prefix> Friends, IReadOnlyCollection<Address> Own, IReadOnlyCollection<(IpProtocol Protocol, ushort Port)> Served);
