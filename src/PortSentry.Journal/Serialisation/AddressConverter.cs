using System.Text.Json;
using System.Text.Json.Serialization;
using PortSentry.Core.Addresses;

namespace PortSentry.Journal.Serialisation;

/// <summary>An address as its text (RFC 5952).</summary>
public sealed class AddressConverter : JsonConverter<Address>
{
    public override Address Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Address.TryParse(reader.GetString(), out var address)
            ? address
            : throw new JsonException($"'{reader.GetString()}' is not an IP address.");

    public override void Write(Utf8JsonWriter writer, Address value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[64];
        value.TryFormat(text, out var length, default, null);
        writer.WriteStringValue(text[..length]);
    }
}
