using System.Text.Json.Serialization;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;

namespace PortSentry.Journal.Serialisation;

/// <summary>
/// How events and snapshots look in the journal: camelCase names, enums by name, fields that hold nothing left out, calculated
/// properties left out, unknown fields passed over. A property renamed in Core would lose its value in old journals:
/// the samples in tests/PortSentry.Journal.Tests/Samples hold the names fast.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    // A ratio can run to infinity where a policy gives a certainty; it must not stop the writing.
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(AddressConverter), typeof(PrefixConverter), typeof(InstantConverter), typeof(BlocksConverter), typeof(OffendersConverter)])]
[JsonSerializable(typeof(PortTouched))]
[JsonSerializable(typeof(ScanDetected))]
[JsonSerializable(typeof(ScanContinued))]
[JsonSerializable(typeof(CompanionsNamed))]
[JsonSerializable(typeof(SourceForgiven))]
[JsonSerializable(typeof(SourceState))]
[JsonSerializable(typeof(BlockDecided))]
[JsonSerializable(typeof(BlockConfirmed))]
[JsonSerializable(typeof(BlockFailed))]
[JsonSerializable(typeof(BlockExpired))]
[JsonSerializable(typeof(BlockLifted))]
[JsonSerializable(typeof(BlockRefused))]
[JsonSerializable(typeof(ResponseState))]
[JsonSerializable(typeof(Offender))]
internal sealed partial class EventJson : JsonSerializerContext;
