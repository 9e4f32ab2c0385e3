using System.Globalization;
using System.Text;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Classic;

/// <summary>HOCON while it is being written: lines with the place they came from, and the notes.</summary>
internal sealed class ClassicDraft
{
    private readonly StringBuilder _text = new();

    public List<ClassicNote> Notes { get; } = [];

    public void Heading(string said) => _text.Append("\n  # ").Append(said).Append('\n');

    /// <param name="value">HOCON.</param>
    public void Set(string path, string value, string file, ClassicEntry? entry)
    {
        if (entry is not null) _text.Append(CultureInfo.InvariantCulture, $"  # {Plain(file)}:{entry.Line}: {entry.Key}\n");
        _text.Append("  ").Append(path).Append(value.StartsWith("+=", StringComparison.Ordinal) ? " " : " = ").Append(value).Append('\n');
    }

    public void Note(ClassicNoteKind kind, string file, ClassicEntry? entry, string said) => Notes.Add(new ClassicNote(kind, file, entry?.Line ?? 0, entry?.Key, said));

    public override string ToString() => "portsentry {\n" + _text + "}\n";

    /// <summary>Arguments as the command responder takes them: blanks part them, and what holds more than plain characters stands in quotes.</summary>
    public static string Template(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Argument));

    private static string Argument(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "$/.:-_=,+@%{}".Contains(c, StringComparison.Ordinal)) ? argument
        : !argument.Contains('\'', StringComparison.Ordinal) ? $"'{argument}'"
        : "\"" + argument.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    // A file name may hold a line end; a comment may not.
    private static string Plain(string text) => HoconText.Quote(text)[1..^1];
}
