using System.Text;
using PortSentry.Core.Addresses;

namespace PortSentry.Responders.HostsDeny;

/// <summary>
/// The file as text: our lines between two marks at the top, everybody else's bytes behind them as they were. At the top
/// because there neither an unfinished last line nor a continued one (\ at its end) of somebody else can swallow ours, and
/// taking ours away gives the file back byte for byte. A character is a byte (Latin-1).
/// </summary>
internal sealed class HostsDenyText
{
    private const string Begin = "# portsentry begin";
    private const string Made = " (portsentry made this file)";
    private const string End = "# portsentry end";

    private readonly SortedDictionary<Prefix, string> _lines = new(Comparer<Prefix>.Create(
        (a, b) => a.Network != b.Network ? a.Network.CompareTo(b.Network) : a.Length.CompareTo(b.Length)));

    private HashSet<string>? _foreignLines;

    private HostsDenyText(string rest, bool made) => (Foreign, MadeByUs) = (rest, made);

    /// <summary>What is not ours.</summary>
    public string Foreign { get; private init; }

    /// <summary>There was no file before us: without our lines there shall be none.</summary>
    public bool MadeByUs { get; }

    public IReadOnlyCollection<Prefix> Targets => _lines.Keys;

    /// <param name="text">Null where there is no file.</param>
    public static HostsDenyText Parse(string? text)
    {
        if (text is null) return new("", made: true);
        if (!TryFindBlock(text, out var start, out var body, out var end, out var after)) return new(text, made: false);
        // Whoever wrote a line of another shape between our marks keeps it, behind the block.
        var strangers = new StringBuilder();
        var ours = new Dictionary<Prefix, string>();
        foreach (var line in Lines(text[body..end]))
            if (TryTarget(line.AsSpan().TrimEnd("\r\n"), out var target))
                ours[target] = line.TrimEnd('\r', '\n');
            else
                strangers.Append(line);
        var made = text.AsSpan(start, body - start).Contains(Made, StringComparison.Ordinal);
        var parsed = new HostsDenyText(text[..start] + strangers + text[after..], made);
        foreach (var (target, line) in ours) parsed._lines[target] = line;
        return parsed;
    }

    public bool Contains(Prefix target) => _lines.ContainsKey(target);

    /// <summary>Whether somebody else's file part has this very line (blanks at its ends aside).</summary>
    public bool ForeignHas(string line) =>
        (_foreignLines ??= [.. Lines(Foreign).Select(l => l.Trim())]).Contains(line.Trim());

    /// <summary>One line a target: another line for it takes the place of the former.</summary>
    public void Set(Prefix target, string line) => _lines[target] = line;

    public bool Remove(Prefix target) => _lines.Remove(target);

    public void Clear() => _lines.Clear();

    /// <returns>The file's new text; null where there should be no file.</returns>
    public string? Render()
    {
        if (_lines.Count == 0) return MadeByUs && Foreign.Length == 0 ? null : Foreign;
        var text = new StringBuilder(Begin).Append(MadeByUs ? Made : "").Append('\n');
        foreach (var line in _lines.Values) text.Append(line).Append('\n');
        return text.Append(End).Append('\n').Append(Foreign).ToString();
    }

    /// <summary>hosts_access(5): IPv4 networks as net/mask, IPv6 in brackets.</summary>
    public static string Pattern(Prefix target)
    {
        if (!target.Network.IsV4) return target.IsHost ? $"[{target.Network}]" : $"[{target.Network}]/{target.Length}";
        return target.IsHost ? target.ToString() : $"{target.Network}/{Address.FromV4(target.Length == 0 ? 0 : uint.MaxValue << (32 - target.Length))}";
    }

    /// <summary>Reads the first client pattern of a rule back.</summary>
    public static bool TryTarget(ReadOnlySpan<char> line, out Prefix target)
    {
        target = default;
        var colon = line.IndexOf(':');
        if (colon <= 0 || line[0] == '#') return false;
        var client = line[(colon + 1)..].TrimStart(" \t");
        if (client.StartsWith("["))
        {
            var close = client.IndexOf(']');
            if (close < 0) return false;
            var length = Word(client[(close + 1)..]);
            return Prefix.TryParse(string.Concat(client[1..close], length), out target) && !target.Network.IsV4;
        }
        var word = Word(client);
        var slash = word.IndexOf('/');
        if (slash < 0) return Prefix.TryParse(word, out target);
        if (!Address.TryParse(word[..slash], out var network) || !Address.TryParse(word[(slash + 1)..], out var mask) || !mask.IsV4 || !network.IsV4) return false;
        var bits = System.Numerics.BitOperations.PopCount(mask.V4);
        target = new Prefix(network, bits);
        return Pattern(target).AsSpan(word.IndexOf('/')).SequenceEqual(word[slash..]);
    }

    private static ReadOnlySpan<char> Word(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(" \t:,");
        return end < 0 ? text : text[..end];
    }

    // A begin mark without an end mark (somebody cut the file) claims the marks' line and the rules of our shape right behind it.
    private static bool TryFindBlock(string text, out int start, out int body, out int end, out int after)
    {
        start = body = end = after = -1;
        var at = 0;
        foreach (var line in Lines(text))
        {
            var next = at + line.Length;
            if (start < 0)
            {
                if (line.StartsWith(Begin, StringComparison.Ordinal)) (start, body, end, after) = (at, next, next, next);
            }
            else if (line.StartsWith(End, StringComparison.Ordinal))
            {
                (end, after) = (at, next);
                return true;
            }
            at = next;
        }
        if (start < 0) return false;
        at = body;
        foreach (var line in Lines(text[body..]))
        {
            if (!TryTarget(line.AsSpan().TrimEnd("\r\n"), out _)) break;
            at += line.Length;
            (end, after) = (at, at);
        }
        return true;
    }

    /// <summary>Each with its line end; the last perhaps without.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var newline = text.IndexOf('\n', at);
            var next = newline < 0 ? text.Length : newline + 1;
            yield return text[at..next];
            at = next;
        }
    }
}
