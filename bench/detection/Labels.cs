using PortSentry.Core.Addresses;

namespace PortSentry.Bench.Detection;

/// <summary>What a manifest says of a capture file.</summary>
/// <param name="Label">scan, benign, malformed or unknown.</param>
/// <param name="Kinds">Each inner list: any of these is right. Empty: nothing is said.</param>
/// <param name="Home">Value for <c>--home</c> that this file needs, whatever the run asks for.</param>
internal sealed record LabelledFile(
    string Path, string Name, string Label, IReadOnlyList<ExpectedScanner> Scanners, IReadOnlyList<string[]> Kinds, string Shape, string? Home);

/// <param name="Required">False where the wire cannot tell it from honest traffic (a decoy, an answer without its question).</param>
internal readonly record struct ExpectedScanner(Prefix Source, bool Required);

/// <summary>manifest.tsv: file, label, scanners, kinds, shape; one header line. See make-captures.sh.</summary>
internal static class Labels
{
    /// <exception cref="FormatException">A line has another form; the message says which.</exception>
    public static IReadOnlyList<LabelledFile> Read(string manifest)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(manifest))!;
        var files = new List<LabelledFile>();
        foreach (var line in File.ReadLines(manifest).Skip(1))
        {
            var cells = line.Split('\t');
            if (cells.Length != 5) throw new FormatException($"{manifest}: five cells expected: {line}");
            var home = cells[4].StartsWith("home=", StringComparison.Ordinal) ? cells[4]["home=".Length..] : null;
            files.Add(new LabelledFile(Path.Combine(folder, cells[0]), cells[0], cells[1], [.. Cells(cells[2]).Select(Scanner)], [.. Cells(cells[3]).Select(static kind => kind.Split('|'))], cells[4], home));
        }
        return files;
    }

    private static string[] Cells(string text) => text == "-" ? [] : text.Split(',');

    private static ExpectedScanner Scanner(string text)
    {
        var required = !text.EndsWith('?');
        return new ExpectedScanner(Prefix.Parse(required ? text : text[..^1]), required);
    }
}
