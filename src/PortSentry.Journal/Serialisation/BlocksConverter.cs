using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Journal.Serialisation;

/// <summary>
/// Blocks by their target: written as the generated code does it, read by hand. A start reads tens of thousands of them before it may watch,
/// and nothing in the framework that deals with value types of ours is compiled ahead.
/// </summary>
public sealed class BlocksConverter : JsonConverter<ImmutableDictionary<Prefix, Block>>
{
    public override ImmutableDictionary<Prefix, Block> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var words = new Words();
        return ByPrefix.Read(ref reader, (ref Utf8JsonReader block) => ReadBlock(ref block, words));
    }

    public override void Write(Utf8JsonWriter writer, ImmutableDictionary<Prefix, Block> value, JsonSerializerOptions options) =>
        ByPrefix.Write(writer, value, EventJson.Default.Block);

    private static Block ReadBlock(ref Utf8JsonReader reader, Words words)
    {
        Prefix target = default;
        Instant since = default;
        Instant? until = null, confirmedAt = null;
        Decider by = default;
        IpProtocol protocol = default;
        string reason = "", mode = "";
        var proven = false;
        var offence = 0;
        ushort port = 0;
        while (ByPrefix.NextField(ref reader))
        {
            if (ByPrefix.IsAt(ref reader, "target"u8)) target = PrefixConverter.Read(ref reader);
            else if (ByPrefix.IsAt(ref reader, "since"u8)) since = new Instant(reader.GetInt64());
            else if (ByPrefix.IsAt(ref reader, "until"u8)) until = InstantOrNull(ref reader);
            else if (ByPrefix.IsAt(ref reader, "by"u8)) by = words.By.Read(ref reader);
            else if (ByPrefix.IsAt(ref reader, "reason"u8)) reason = words.Reason.Read(ref reader);
            else if (ByPrefix.IsAt(ref reader, "proven"u8)) proven = reader.GetBoolean();
            else if (ByPrefix.IsAt(ref reader, "offence"u8)) offence = reader.GetInt32();
            else if (ByPrefix.IsAt(ref reader, "protocol"u8)) protocol = words.Protocol.Read(ref reader);
            else if (ByPrefix.IsAt(ref reader, "port"u8)) port = reader.GetUInt16();
            else if (ByPrefix.IsAt(ref reader, "mode"u8)) mode = words.Mode.Read(ref reader);
            else if (ByPrefix.IsAt(ref reader, "confirmedAt"u8)) confirmedAt = InstantOrNull(ref reader);
            else reader.Skip();
        }

        return new Block(target, since, until, by, reason, proven, offence, protocol, port, mode) { ConfirmedAt = confirmedAt };
    }

    private static Instant? InstantOrNull(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null ? null : new Instant(reader.GetInt64());

    // Most blocks have these in common.
    private sealed class Words
    {
        public Repeated<Decider> By { get; } = new(EventJson.Default.Decider);

        public Repeated<IpProtocol> Protocol { get; } = new(EventJson.Default.IpProtocol);

        public Repeated<string> Reason { get; } = new(EventJson.Default.String);

        public Repeated<string> Mode { get; } = new(EventJson.Default.String);
    }

    /// <summary>A text that comes again is decoded once.</summary>
    private sealed class Repeated<T>(JsonTypeInfo<T> info)
    {
        private string? _text;
        private T _value = default!;

        public T Read(ref Utf8JsonReader reader)
        {
            var isText = reader.TokenType == JsonTokenType.String;
            if (isText && _text is not null && reader.ValueTextEquals(_text)) return _value;
            _text = isText ? reader.GetString() : null;
            return _value = JsonSerializer.Deserialize(ref reader, info)!;
        }
    }
}
