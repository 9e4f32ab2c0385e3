using System.Collections.Immutable;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;

namespace PortSentry.Journal.Serialisation;

/// <summary>The list of what PortSentry stores. A new event is a line here and one in <see cref="EventJson"/>.</summary>
public static class JournalEvents
{
    public static readonly EventSerialiser Serialiser = new EventSerialiser.Builder()
        .Register("port-touched", static () => EventJson.Default.PortTouched)
        .Register("scan-detected", static () => EventJson.Default.ScanDetected, scan => scan with { Kinds = OrEmpty(scan.Kinds) })
        .Register("scan-continued", static () => EventJson.Default.ScanContinued)
        .Register("companions-named", static () => EventJson.Default.CompanionsNamed, named => named with { Others = OrEmpty(named.Others) })
        .Register("source-forgiven", static () => EventJson.Default.SourceForgiven)
        .Register("source-state", static () => EventJson.Default.SourceState, Complete)
        .Register("block-decided", static () => EventJson.Default.BlockDecided)
        .Register("block-confirmed", static () => EventJson.Default.BlockConfirmed)
        .Register("block-failed", static () => EventJson.Default.BlockFailed)
        .Register("block-expired", static () => EventJson.Default.BlockExpired)
        .Register("block-lifted", static () => EventJson.Default.BlockLifted)
        .Register("block-refused", static () => EventJson.Default.BlockRefused)
        .Register("response-state", static () => EventJson.Default.ResponseState, Complete)
        .Build();

    // The serialiser's generated code sets init properties that a payload lacks to default, past their initialisers.
    private static SourceState Complete(SourceState state) => state with
    {
        Contacts = OrEmpty(state.Contacts),
        Addresses = OrEmpty(state.Addresses),
        Companions = OrEmpty(state.Companions),
        Verdict = state.Verdict is { } scan ? scan with { Kinds = OrEmpty(scan.Kinds) } : null,
    };

    private static ResponseState Complete(ResponseState state) => state with
    {
        Active = state.Active ?? ImmutableDictionary<Core.Addresses.Prefix, Block>.Empty,
        Held = state.Held ?? ImmutableDictionary<Core.Addresses.Prefix, Block>.Empty,
        Offenders = state.Offenders ?? ImmutableDictionary<Core.Addresses.Prefix, Offender>.Empty,
        RecentUnproven = state.RecentUnproven ?? [],
    };

    private static ImmutableArray<T> OrEmpty<T>(ImmutableArray<T> array) => array.IsDefault ? [] : array;
}
