using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PortSentry.Journal.Serialisation;

/// <summary>
/// Events to UTF-8 JSON and back, by manifest: a short stable name that outlives the type's own name. Fields are added, never
/// renamed: unknown ones are passed over, missing ones take their default.
/// </summary>
public sealed class EventSerialiser
{
    private readonly FrozenDictionary<Type, Entry> _byType;
    private readonly FrozenDictionary<string, Entry> _byManifest;

    private EventSerialiser(Dictionary<Type, Entry> byType, Dictionary<string, Entry> byManifest)
    {
        _byType = byType.ToFrozenDictionary();
        _byManifest = byManifest.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Every manifest that can be read.</summary>
    public IEnumerable<string> Manifests => _byManifest.Keys;

    /// <summary>Whether values of this type can be stored.</summary>
    public bool Knows(Type type) => _byType.ContainsKey(type);

    /// <exception cref="ArgumentException">The type was not registered: a bug.</exception>
    public string ManifestOf(object value) => Of(value).Manifest;

    /// <summary>The payload of a value, in an array of its own.</summary>
    /// <exception cref="ArgumentException">The type was not registered: a bug.</exception>
    public byte[] Serialise(object value) => JsonSerializer.SerializeToUtf8Bytes(value, Of(value).Info.Value);

    /// <summary>Never throws for what a journal may hold; see <see cref="Decoded"/>.</summary>
    public Decoded Deserialise(string manifest, ReadOnlySpan<byte> payload)
    {
        if (!_byManifest.TryGetValue(manifest, out var entry)) return new Decoded.Unknown(manifest);
        try
        {
            return JsonSerializer.Deserialize(payload, entry.Info.Value) is { } value
                ? new Decoded.Event(entry.Complete(value))
                : new Decoded.Malformed(manifest, "the payload is null");
        }
        catch (JsonException fault)
        {
            return new Decoded.Malformed(manifest, fault.Message);
        }
        catch (InvalidOperationException fault)
        {
            // A converter met a token of another kind than it reads (a number where a string belongs).
            return new Decoded.Malformed(manifest, fault.Message);
        }
    }

    private Entry Of(object value) => _byType.TryGetValue(value.GetType(), out var entry)
        ? entry
        : throw new ArgumentException($"{value.GetType().Name} is not registered as an event: add it to JournalEvents.");

    private sealed record Entry(string Manifest, Lazy<JsonTypeInfo> Info, Func<object, object> Complete);

    /// <summary>Collects the types; <see cref="Build"/> makes the serialiser.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<Type, Entry> _byType = [];
        private readonly Dictionary<string, Entry> _byManifest = [];

        /// <param name="manifest">Lower case with hyphens. Never change one that was released.</param>
        /// <param name="info">Asked for when the first of them is read or written: to make it takes the run-time some milliseconds.</param>
        /// <param name="complete">Gives a value read from an older journal what its missing fields mean, where that is not null or zero.</param>
        /// <exception cref="ArgumentException">The manifest or the type is registered already.</exception>
        public Builder Register<T>(string manifest, Func<JsonTypeInfo<T>> info, Func<T, T>? complete = null)
            where T : notnull
        {
            var entry = new Entry(manifest, new Lazy<JsonTypeInfo>(info), complete is null ? static value => value : value => complete((T)value));
            _byType.Add(typeof(T), entry);
            _byManifest.Add(manifest, entry);
            return this;
        }

        public EventSerialiser Build() => new(_byType, _byManifest);
    }
}
