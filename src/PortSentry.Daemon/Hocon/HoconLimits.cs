namespace PortSentry.Daemon.Hocon;

/// <summary>
/// Bounds on what one load may cost. A configuration written by people comes nowhere near them; they exist so that
/// a broken or hostile file ends in an error and not in a full memory or a spent stack.
/// </summary>
public sealed record HoconLimits
{
    public static readonly HoconLimits Default = new();

    /// <summary>UTF-16 units in one source. More lets a device or a log named by mistake be read for longer before it is refused.</summary>
    public int SourceLength { get; init; } = 1 << 20;

    /// <summary>Nesting of objects, arrays and path elements. Each level costs stack in the parser and in whoever walks the tree.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>Files that include files. Ten is already hard to follow for a reader.</summary>
    public int IncludeDepth { get; init; } = 10;

    /// <summary>Files read in one load, so that a short file cannot have a thousand others opened.</summary>
    public int Includes { get; init; } = 100;

    /// <summary>Values in the resolved tree, each counted as often as it appears; bounds what substitutions multiply.</summary>
    public int Values { get; init; } = 200_000;

    /// <summary>UTF-16 units in one resolved string; bounds <c>b = ${a}${a}, c = ${b}${b}, …</c>.</summary>
    public int StringLength { get; init; } = 1 << 20;

    /// <summary>Evaluations in one resolution: time, where <see cref="Values"/> is memory.</summary>
    public int Steps { get; init; } = 2_000_000;

    /// <summary>Substitutions that lead to substitutions, one inside the other; bounds the resolver's stack.</summary>
    public int EvaluationDepth { get; init; } = 300;
}
