using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Wiring;

/// <summary>How it looks on the wire. Unlike in the journal nothing is left out: both ends run the same version, or refuse.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(AddressConverter), typeof(PrefixConverter), typeof(InstantConverter)])]
[JsonSerializable(typeof(FactSeen))]
[JsonSerializable(typeof(SharedFactSeen))]
[JsonSerializable(typeof(CompanionsSeen))]
[JsonSerializable(typeof(ExplainSource))]
[JsonSerializable(typeof(SourceExplained))]
[JsonSerializable(typeof(ForgiveSource))]
[JsonSerializable(typeof(ScanSeen))]
internal sealed partial class ClusterJson : JsonSerializerContext;

/// <summary>The list of what nodes tell each other. A new message is a line here and one in <see cref="ClusterJson"/>.</summary>
internal static class ClusterMessages
{
    /// <summary>Sent with each payload: never change it.</summary>
    public const int SerializerId = 19980702;

    public static readonly ImmutableHashSet<Type> Types = [typeof(ISourceMessage), typeof(SourceExplained), typeof(ScanSeen)];

    public static readonly EventSerialiser Serialiser = new EventSerialiser.Builder()
        .Register("fact-seen", static () => ClusterJson.Default.FactSeen)
        .Register("shared-fact-seen", static () => ClusterJson.Default.SharedFactSeen)
        .Register("companions-seen", static () => ClusterJson.Default.CompanionsSeen)
        .Register("explain-source", static () => ClusterJson.Default.ExplainSource)
        .Register("source-explained", static () => ClusterJson.Default.SourceExplained)
        .Register("forgive-source", static () => ClusterJson.Default.ForgiveSource)
        .Register("scan-seen", static () => ClusterJson.Default.ScanSeen)
        .Build();
}
