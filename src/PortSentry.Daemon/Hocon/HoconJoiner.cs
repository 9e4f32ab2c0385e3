using System.Globalization;
using System.Text;

namespace PortSentry.Daemon.Hocon;

/// <summary>Value concatenation (HOCON.md): all simple values, all lists, or all objects.</summary>
internal sealed class HoconJoiner(Func<HoconNode, HoconHead?> evaluate, Action<HoconOrigin> step, HoconLimits limits)
{
    /// <returns>Null where every part is an undefined optional substitution.</returns>
    /// <exception cref="HoconException">Parts of different kinds, or a string longer than the limit.</exception>
    public HoconHead? Join(ConcatenationNode node)
    {
        var parts = new List<(HoconHead Head, HoconOrigin Origin)>();
        foreach (var part in node.Parts)
            if (evaluate(part) is { } head) parts.Add((head, part.Origin));
        var solid = parts.FindAll(p => !IsBlank(p.Head));
        if (solid.Count == 0) return null;
        return solid switch
        {
            _ when solid.TrueForAll(p => p.Head is ScalarHead) => JoinText(parts, node),
            _ when solid.TrueForAll(p => p.Head is ObjectHead) => solid.Skip(1).Aggregate((ObjectHead)solid[0].Head, (below, above) => ObjectHead.Merge(below, (ObjectHead)above.Head)),
            _ when solid.Exists(p => p.Head is ArrayHead) => JoinLists(solid, node.Origin),
            _ => throw Mixed(solid),
        };
    }

    /// <summary>The fields of an object with numbered keys as list items, ordered by number (HOCON.md "Conversion of numerically-indexed objects to arrays"); null where it has none.</summary>
    public static List<HoconNode>? Numbered(ObjectHead o)
    {
        var numbered = new SortedDictionary<int, HoconNode>();
        foreach (var key in o.Layers.SelectMany(l => l.Fields.Keys))
            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && o.Slot(key) is { } slot) numbered[index] = new SlotNode(slot);
        return numbered.Count == 0 ? null : [.. numbered.Values];
    }

    private ScalarHead JoinText(List<(HoconHead Head, HoconOrigin Origin)> parts, ConcatenationNode node)
    {
        // Alone among blanks and undefined parts that leave nothing: still a concatenation, so a string.
        var text = new StringBuilder();
        foreach (var (head, origin) in parts)
        {
            text.Append(((ScalarHead)head).Node.Text);
            if (text.Length > limits.StringLength) throw new HoconException(origin, null, $"a string of more than {limits.StringLength} characters");
        }

        return new ScalarHead(new ScalarNode(HoconScalarKind.String, text.ToString(), node.Origin));
    }

    private ArrayHead JoinLists(List<(HoconHead Head, HoconOrigin Origin)> parts, HoconOrigin origin)
    {
        var items = new List<HoconNode>();
        foreach (var part in parts)
        {
            var more = part.Head switch
            {
                ArrayHead array => array.Items,
                ObjectHead o => Numbered(o),
                _ => null,
            };
            if (more is null) throw Mixed(parts);
            foreach (var item in more)
            {
                step(part.Origin);
                items.Add(item);
            }
        }

        return new ArrayHead(items, origin);
    }

    private static HoconException Mixed(List<(HoconHead Head, HoconOrigin Origin)> parts)
    {
        var odd = parts.Find(p => p.Head.GetType() != parts[0].Head.GetType());
        return new HoconException(odd.Origin, null, $"{Name(odd.Head)} beside {Name(parts[0].Head)} in one value", "only simple values, only lists or only objects beside each other; a comma or a line end between list elements");
    }

    private static bool IsBlank(HoconHead head) => head is ScalarHead { Node.IsBlank: true };

    private static string Name(HoconHead head) => head switch
    {
        ArrayHead => "a list",
        ObjectHead => "an object",
        _ => "a simple value",
    };
}
