using System.Diagnostics.CodeAnalysis;

namespace PortSentry.Daemon.Hocon;

/// <summary>One key of an object, with the place of the key's last definition.</summary>
public sealed record HoconField(string Key, HoconValue Value, HoconOrigin Origin);

/// <summary>An object; its fields stand in the order in which their keys first appeared.</summary>
public sealed class HoconObject : HoconValue
{
    private readonly Dictionary<string, HoconField> _byKey;

    public HoconObject(IReadOnlyList<HoconField> fields, HoconOrigin origin)
        : base(origin)
    {
        Fields = fields;
        _byKey = fields.ToDictionary(f => f.Key, StringComparer.Ordinal);
        Count = 1 + fields.Sum(f => f.Value.Count);
    }

    public IReadOnlyList<HoconField> Fields { get; }

    public override int Count { get; }

    public override string Described => "an object { … }";

    public bool TryGet(string key, [NotNullWhen(true)] out HoconField? field) => _byKey.TryGetValue(key, out field);

    /// <summary>Follows a path of keys; null where it leads nowhere.</summary>
    public HoconValue? Find(params ReadOnlySpan<string> path)
    {
        HoconValue value = this;
        foreach (var key in path)
        {
            if (value is not HoconObject o || !o.TryGet(key, out var field)) return null;
            value = field.Value;
        }

        return value;
    }
}
