using System.Text.Json;
using System.Text.Json.Serialization;
using PortSentry.Core.Addresses;

namespace PortSentry.Journal.Serialisation;

/// <summary>A prefix as ADDR/BITS, a host as ADDR; also as the key of an object.</summary>
public sealed class PrefixConverter : JsonConverter<Prefix>
{
    public override Prefix Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Prefix.TryParse(reader.GetString(), out var prefix)
            ? prefix
            : throw new JsonException($"'{reader.GetString()}' is not an IP prefix.");

    public override void Write(Utf8JsonWriter writer, Prefix value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    public override Prefix ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, Prefix value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString());
}
