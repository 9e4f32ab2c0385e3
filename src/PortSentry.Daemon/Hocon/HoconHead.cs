namespace PortSentry.Daemon.Hocon;

/// <summary>What a value is at its top: a scalar, a list of still unresolved items, or layers of object literals. Null stands for undefined.</summary>
internal abstract class HoconHead
{
    /// <summary>Set while the whole value is being made: to meet it again then is a cycle.</summary>
    public bool InProgress { get; set; }

    /// <summary>The finished value, made once.</summary>
    public HoconValue? Value { get; set; }
}

internal sealed class ScalarHead(ScalarNode node) : HoconHead
{
    public ScalarNode Node { get; } = node;
}

internal sealed class ArrayHead(IReadOnlyList<HoconNode> items, HoconOrigin origin) : HoconHead
{
    public IReadOnlyList<HoconNode> Items { get; } = items;

    public HoconOrigin Origin { get; } = origin;
}

/// <param name="layers">The lowest first; a later layer's fields stand on top of an earlier one's.</param>
internal sealed class ObjectHead(IReadOnlyList<ObjectNode> layers) : HoconHead
{
    private readonly Dictionary<string, HoconSlot> _slots = new(StringComparer.Ordinal);

    public IReadOnlyList<ObjectNode> Layers { get; } = layers;

    public HoconOrigin Origin => Layers[^1].Origin;

    /// <summary>The field of that key, the same object each time; null where no layer has it.</summary>
    public HoconSlot? Slot(string key)
    {
        if (_slots.TryGetValue(key, out var slot)) return slot;
        var stack = new List<HoconNode>();
        HoconOrigin origin = default;
        foreach (var layer in Layers)
        {
            if (!layer.Fields.TryGetValue(key, out var definitions)) continue;
            stack.AddRange(definitions.Stack);
            origin = definitions.Origin;
        }

        if (stack.Count == 0) return null;
        return _slots[key] = new HoconSlot(key, stack, origin);
    }

    public static ObjectHead Merge(ObjectHead below, ObjectHead above)
    {
        // A layer that appears twice counts where it stands highest: below that, its fields are hidden by themselves.
        var layers = below.Layers.Except(above.Layers).ToList();
        return layers.Count == 0 ? above : new ObjectHead([.. layers, .. above.Layers]);
    }
}

/// <summary>A field with its stack of definitions. While the definition at height n is evaluated, only those below n are seen (HOCON.md "Self-Referential Substitutions").</summary>
internal sealed class HoconSlot(string key, List<HoconNode> stack, HoconOrigin origin)
{
    public string Key { get; } = key;

    public List<HoconNode> Stack { get; } = stack;

    public HoconOrigin Origin { get; } = origin;

    /// <summary>How many definitions a look-up sees now.</summary>
    public int Visible { get; set; } = stack.Count;

    /// <summary>The heads found so far, by height.</summary>
    public Dictionary<int, HoconHead?> Heads { get; } = [];
}

/// <summary>A head in the place of a node, where a list takes over the fields of an object with numbered keys.</summary>
internal sealed class SlotNode(HoconSlot slot) : HoconNode(slot.Origin)
{
    public HoconSlot Slot { get; } = slot;
}
