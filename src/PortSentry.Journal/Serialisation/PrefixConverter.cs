using System.Text.Json;
using System.Text.Json.Serialization;
using PortSentry.Core.Addresses;

namespace PortSentry.Journal.Serialisation;

/// <summary>A prefix as ADDR/BITS, a host as ADDR; also as the key of an object.</summary>
public sealed class PrefixConverter : JsonConverter<Prefix>
{
    // The longest one has 49 characters; with escapes it may take more bytes.
    private const int MostBytes = 256;

    public override Prefix Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, Prefix value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    public override Prefix ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, Prefix value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString());

    internal static Prefix Read(ref Utf8JsonReader reader)
    {
        Span<char> text = stackalloc char[MostBytes];
        return reader.ValueSpan.Length <= MostBytes && Prefix.TryParse(text[..reader.CopyString(text)], out var prefix)
            ? prefix
            : throw new JsonException($"'{reader.GetString()}' is not an IP prefix.");
    }
}
