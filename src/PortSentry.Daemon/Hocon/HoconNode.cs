namespace PortSentry.Daemon.Hocon;

/// <summary>The tree as parsed: nothing looked up, nothing merged but adjacent object literals.</summary>
internal abstract class HoconNode(HoconOrigin origin)
{
    public HoconOrigin Origin { get; } = origin;
}

/// <param name="blank">Unquoted white space between the parts of a concatenation: it joins strings and vanishes between lists and objects.</param>
internal sealed class ScalarNode(HoconScalarKind kind, string text, HoconOrigin origin, bool blank = false) : HoconNode(origin)
{
    public HoconScalarKind Kind { get; } = kind;

    public string Text { get; } = text;

    public bool IsBlank { get; } = blank;
}

internal sealed class ArrayNode(IReadOnlyList<HoconNode> items, HoconOrigin origin) : HoconNode(origin)
{
    public IReadOnlyList<HoconNode> Items { get; } = items;
}

/// <param name="path">From the root of the whole configuration.</param>
/// <param name="prefix">How many leading elements were put there because the file is included below a key: without them the path is as written.</param>
internal sealed class SubstitutionNode(string[] path, int prefix, bool optional, HoconOrigin origin) : HoconNode(origin)
{
    public string[] Path { get; } = path;

    public int Prefix { get; } = prefix;

    public bool IsOptional { get; } = optional;

    public ReadOnlySpan<string> Written => Path.AsSpan(Prefix);
}

internal sealed class ConcatenationNode(IReadOnlyList<HoconNode> parts, HoconOrigin origin) : HoconNode(origin)
{
    public IReadOnlyList<HoconNode> Parts { get; } = parts;
}

/// <summary><c>key += item</c>: the value below in the same field's stack, with one item more.</summary>
internal sealed class AppendNode(HoconNode item, HoconOrigin origin) : HoconNode(origin)
{
    public HoconNode Item { get; } = item;
}
