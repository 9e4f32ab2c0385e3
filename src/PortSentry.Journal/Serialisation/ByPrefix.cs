using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PortSentry.Core.Addresses;

namespace PortSentry.Journal.Serialisation;

/// <summary>An object whose keys are prefixes, and the reading of its values' fields.</summary>
internal static class ByPrefix
{
    /// <summary>Called at the first token of a value, ends at its last.</summary>
    public delegate T ReadValue<T>(ref Utf8JsonReader reader);

    public static ImmutableDictionary<Prefix, T> Read<T>(ref Utf8JsonReader reader, ReadValue<T> readValue)
    {
        var values = ImmutableDictionary.CreateBuilder<Prefix, T>();
        RequireObject(in reader);
        while (NextField(ref reader))
        {
            var key = PrefixConverter.Read(ref reader);
            reader.Read();
            RequireObject(in reader);
            values[key] = readValue(ref reader);
        }

        return values.ToImmutable();
    }

    public static void Write<T>(Utf8JsonWriter writer, ImmutableDictionary<Prefix, T> values, JsonTypeInfo<T> info)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in values)
        {
            writer.WritePropertyName(key.ToString());
            JsonSerializer.Serialize(writer, value, info);
        }

        writer.WriteEndObject();
    }

    /// <summary>False at the end of the object.</summary>
    public static bool NextField(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Where the field has this name, the reader goes on to its value.</summary>
    public static bool IsAt(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name) && reader.Read();

    private static void RequireObject(in Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException($"an object was expected, not {reader.TokenType}");
    }
}
