using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>One case of tests/Scenarios: what came over the wire, where it was watched from, and who must be named.</summary>
/// <param name="Reason">Why the verdict is right, in a sentence.</param>
/// <param name="Own">The watched host's addresses; empty: the view of a file, from nowhere in particular.</param>
/// <param name="Home">Networks guarded; empty in the file view: all.</param>
internal sealed record Scenario(
    string Reason,
    IReadOnlyList<Address> Own,
    IReadOnlyList<Prefix> Home,
    IReadOnlyList<Prefix> Ignored,
    IReadOnlyList<(IpProtocol Protocol, ushort Port)> Listening,
    TrapPorts Traps,
    IReadOnlyList<Moment> Moments,
    IReadOnlyList<Expectation> Expected)
{
    public bool IsLive => Own.Count > 0;
}

/// <param name="Time">Nanoseconds since the scenario's begin.</param>
/// <param name="Frame">An Ethernet frame; null: the daemon restarts here.</param>
internal readonly record struct Moment(long Time, byte[]? Frame);

/// <param name="By">Failures up to and with the verdict, at most; null: not said.</param>
internal sealed record Expectation(Prefix Source, IReadOnlyList<ProbeKind> Kinds, ScanShape Shape, int? By)
{
    public override string ToString() =>
        $"{Source} {string.Join(',', Kinds.Select(static kind => kind.Name()))} {Shape.Name()}{(By is { } by ? $" by {by}" : "")}";
}
