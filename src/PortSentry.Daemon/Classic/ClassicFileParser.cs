using System.Globalization;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Classic;

/// <summary>
/// Reads portsentry.conf (1.2, Debian's, 2.x) and /etc/default/portsentry: one KEY="value" a line, '#' begins a comment line, the first
/// definition wins. What people's files have besides is taken with a note: typographic or missing quotes, a list broken over lines,
/// text behind the value, blanks before the key, CRLF, a byte order mark. Never throws.
/// </summary>
public static class ClassicFileParser
{
    /// <summary>The keys of portsentry.conf.</summary>
    public static readonly IReadOnlyList<string> ConfKeys =
    [
        "TCP_PORTS", "UDP_PORTS", "ADVANCED_PORTS_TCP", "ADVANCED_PORTS_UDP", "ADVANCED_EXCLUDE_TCP", "ADVANCED_EXCLUDE_UDP", "IGNORE_FILE",
        "HISTORY_FILE", "BLOCKED_FILE", "RESOLVE_HOST", "BLOCK_TCP", "BLOCK_UDP", "KILL_ROUTE", "KILL_HOSTS_DENY", "KILL_RUN_CMD",
        "KILL_RUN_CMD_FIRST", "SCAN_TRIGGER", "PORT_BANNER",
    ];

    /// <summary>The keys of /etc/default/portsentry.</summary>
    public static readonly IReadOnlyList<string> DefaultKeys = ["TCP_MODE", "UDP_MODE"];

    // A value may run on over this many lines; further, a missing quote would swallow the file.
    private const int LongestRun = 12;

    /// <summary>Whether a text is a classic portsentry.conf and not HOCON: a line begins with one of its keys, and none with "portsentry".</summary>
    public static bool LooksClassic(string text)
    {
        var classic = false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.StartsWith("portsentry", StringComparison.Ordinal)) return false;
            var equals = trimmed.IndexOf('=');
            classic |= equals > 0 && ConfKeys.Contains(trimmed[..equals].Trim().ToString());
        }

        return classic;
    }

    public static ClassicFile Parse(string name, string text, IReadOnlyList<string> keys)
    {
        var lines = text.TrimStart('\uFEFF').Split('\n');
        var entries = new List<ClassicEntry>();
        var notes = new List<ClassicNote>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var at = i + 1;
            if (IsMoreOfAList(line, entries))
            {
                var list = entries[^1];
                entries[^1] = list with { Value = list.Value + "," + Unquoted(line) };
                Note(ClassicNoteKind.Repaired, at, list.Key, "the list goes on here: joined");
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? "" : KeyOf(line[..equals]);
            if (key.Length == 0)
            {
                Note(ClassicNoteKind.Refused, at, null, $"no KEY=\"value\" and no comment: {Shown(line)}");
                continue;
            }

            if (!keys.Contains(key))
            {
                var near = Nearest.To(key, keys);
                Note(ClassicNoteKind.Refused, at, Shown(key), near is null ? "PortSentry has no such key" : $"PortSentry has no such key; did you mean {near}?");
                SkipRest(line[(equals + 1)..], ref i);
                continue;
            }

            if (key != line[..equals].Trim()) Note(ClassicNoteKind.Repaired, at, key, $"written as {Shown(line[..equals].Trim())}");
            var value = ReadValue(line[(equals + 1)..].Trim(), key, ref i);
            if (value is null) continue;
            if (entries.Find(e => e.Key == key) is { } first)
                Note(ClassicNoteKind.Refused, at, key, string.Create(CultureInfo.InvariantCulture, $"line {first.Line} defines it already, and the first definition wins"));
            else
                entries.Add(new ClassicEntry(key, value, at));
        }

        return new ClassicFile(name, entries, notes);

        void Note(ClassicNoteKind kind, int line, string? key, string said) => notes.Add(new ClassicNote(kind, name, line, key, said));

        string? ReadValue(string rest, string key, ref int i)
        {
            var at = i + 1;
            if (rest.Length == 0)
            {
                Note(ClassicNoteKind.Refused, at, key, "no value");
                return null;
            }

            var closing = ClassicQuotes.Closing(rest[0]);
            if (closing.Length == 0)
            {
                var comment = rest.IndexOf(" #", StringComparison.Ordinal);
                Note(ClassicNoteKind.Repaired, at, key, "no quotes around the value (1.2 skips such a line)");
                return Trimmed(comment < 0 ? rest : rest[..comment], key, at);
            }

            if (rest[0] != '"') Note(ClassicNoteKind.Repaired, at, key, $"the quote {rest[0]} taken for a plain one");
            var body = rest[1..];
            var end = body.AsSpan().IndexOfAny(closing);
            for (var more = 1; end < 0 && more <= LongestRun && i + 1 < lines.Length && GoesOn(lines[i + 1], keys); more++)
            {
                var next = lines[++i].Trim();
                body += (body.EndsWith(',') || next.StartsWith(',') ? "" : key.EndsWith("PORTS", StringComparison.Ordinal) || key.StartsWith("ADVANCED_EXCLUDE", StringComparison.Ordinal) ? "," : " ") + next;
                end = body.AsSpan().IndexOfAny(closing);
                Note(ClassicNoteKind.Repaired, i + 1, key, "the value goes on here: joined");
            }

            if (end < 0)
            {
                var comment = body.IndexOf(" #", StringComparison.Ordinal);
                Note(ClassicNoteKind.Repaired, at, key, "no closing quote");
                return Trimmed(comment < 0 ? body : body[..comment], key, at);
            }

            var after = body[(end + 1)..].Trim();
            if (after.Length > 0 && after[0] != '#') Note(ClassicNoteKind.Refused, at, key, $"text behind the closing quote: {Shown(after)}");
            return Trimmed(body[..end], key, at);
        }

        string? Trimmed(string value, string key, int at)
        {
            var trimmed = value.Trim();
            if (trimmed.Length > 0) return trimmed;
            Note(ClassicNoteKind.Refused, at, key, "an empty value");
            return null;
        }

        // An unknown key's value may run on too: its lines are no lines of their own.
        void SkipRest(string rest, ref int i)
        {
            var value = rest.Trim();
            if (value.Length == 0 || ClassicQuotes.Closing(value[0]) is not { Length: > 0 } closing || value.AsSpan(1).IndexOfAny(closing) >= 0) return;
            for (var more = i + 1; more < lines.Length && more <= i + LongestRun && GoesOn(lines[more], keys); more++)
            {
                if (lines[more].AsSpan().IndexOfAny(closing) < 0) continue;
                i = more;
                return;
            }
        }
    }

    private static bool GoesOn(string line, IReadOnlyList<string> keys)
    {
        var trimmed = line.Trim();
        if (trimmed.Length == 0 || trimmed[0] == '#') return false;
        var equals = trimmed.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 || !keys.Contains(KeyOf(trimmed[..equals]));
    }

    // TCP_PORTS="1,2," and on the next line 3,4" (or "3,4"): only digits can be meant as more of it.
    private static bool IsMoreOfAList(string line, List<ClassicEntry> entries) =>
        entries.Count > 0 && entries[^1].Value.EndsWith(',') && Unquoted(line) is { Length: > 0 } rest
        && rest.All(c => char.IsAsciiDigit(c) || c is ',' or '-' or ' ' or '\t');

    private static string Unquoted(string text) => new([.. text.Where(c => ClassicQuotes.Closing(c).Length == 0)]);

    /// <summary>The upper-case key, without "export" and blanks; empty where it is no word.</summary>
    private static string KeyOf(string text)
    {
        var key = text.Trim();
        if (key.StartsWith("export ", StringComparison.Ordinal)) key = key[7..].Trim();
        return key.Length is > 0 and <= 64 && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? key.ToUpperInvariant() : "";
    }

    private static string Shown(string text) => HoconText.Quote(text.Length <= 60 ? text : text[..60] + "…");
}
