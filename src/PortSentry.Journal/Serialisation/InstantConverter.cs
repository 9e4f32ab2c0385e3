using System.Text.Json;
using System.Text.Json.Serialization;
using PortSentry.Core;

namespace PortSentry.Journal.Serialisation;

/// <summary>An instant as its nanoseconds since the Unix epoch.</summary>
public sealed class InstantConverter : JsonConverter<Instant>
{
    public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Nanoseconds);
}
