namespace PortSentry.Daemon.Hocon;

/// <summary>An object literal. Each key has the stack of its definitions, the earliest first: which of them count is known only when substitutions are.</summary>
internal sealed class ObjectNode(HoconOrigin origin) : HoconNode(origin)
{
    public OrderedDictionary<string, Definitions> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a definition on top. An object literal right above another is merged into it at once (HOCON.md "Duplicate keys and object merging").</summary>
    public void Add(string key, HoconNode value, HoconOrigin origin)
    {
        if (!Fields.TryGetValue(key, out var definitions)) Fields.Add(key, definitions = new Definitions());
        definitions.Origin = origin;
        if (value is ObjectNode above && definitions.Stack is [.., ObjectNode below]) below.Merge(above);
        else definitions.Stack.Add(value);
    }

    private void Merge(ObjectNode above)
    {
        foreach (var (key, definitions) in above.Fields)
            foreach (var value in definitions.Stack) Add(key, value, definitions.Origin);
    }

    public sealed class Definitions
    {
        public List<HoconNode> Stack { get; } = [];

        /// <summary>Of the key, where it was defined last.</summary>
        public HoconOrigin Origin { get; set; }
    }
}
