using PortSentry.Capture.Contacts;
using PortSentry.Capture.LocalView;
using PortSentry.Capture.Sources;

namespace PortSentry.Actors.Capture;

/// <param name="OpenSource">Opens the interface; throws when that cannot be done now.</param>
/// <param name="Region">Takes the facts.</param>
/// <param name="Commands">What the answers tell the gate.</param>
public sealed record CaptureSettings(
    string Interface,
    Func<IPacketSource> OpenSource,
    IVantage Vantage,
    GateOptions Gate,
    GateCommands Commands,
    IActorRef Region,
    IActorRef Notices,
    TimeProvider Time)
{
    /// <summary>Is shown every frame, to tell a gateway's own packets from forged ones.</summary>
    public GatewayWitness? Witness { get; init; }

    /// <summary>So that the thread which saw a packet has the turn of the actor that is told; null where the engine has none.</summary>
    public IOwnTurns? Turns { get; init; }

    /// <summary>
    /// Brings the kernel filter of an open source up to date with addresses, ignore list, blocks and loud contacts; called twice a second, so
    /// it must do nothing where nothing changed. Null where the source cannot.
    /// </summary>
    public Action<IPacketSource, IReadOnlyList<LoudContact>>? Refilter { get; init; }
}
