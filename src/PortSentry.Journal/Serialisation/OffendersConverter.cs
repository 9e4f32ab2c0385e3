using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Journal.Serialisation;

/// <summary>Former offenders by their prefix, read by hand as <see cref="BlocksConverter"/> does and for its reason.</summary>
public sealed class OffendersConverter : JsonConverter<ImmutableDictionary<Prefix, Offender>>
{
    public override ImmutableDictionary<Prefix, Offender> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ByPrefix.Read(ref reader, ReadOffender);

    public override void Write(Utf8JsonWriter writer, ImmutableDictionary<Prefix, Offender> value, JsonSerializerOptions options) =>
        ByPrefix.Write(writer, value, EventJson.Default.Offender);

    private static Offender ReadOffender(ref Utf8JsonReader reader)
    {
        var offences = 0;
        Instant last = default;
        while (ByPrefix.NextField(ref reader))
        {
            if (ByPrefix.IsAt(ref reader, "offences"u8)) offences = reader.GetInt32();
            else if (ByPrefix.IsAt(ref reader, "last"u8)) last = new Instant(reader.GetInt64());
            else reader.Skip();
        }

        return new Offender(offences, last);
    }
}
