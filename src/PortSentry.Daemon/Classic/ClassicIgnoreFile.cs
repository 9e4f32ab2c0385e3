using System.Globalization;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Classic;

/// <summary>
/// portsentry.ignore and portsentry.ignore.static: '#' in column 0 and empty lines are skipped; ADDR or ADDR/BITS; the rest of the line
/// is ignored. Host bits are masked away, as 1.2 does. IPv6 as 2.x has it. Also the daemon's ignore-file.
/// </summary>
public sealed record ClassicIgnoreFile(IReadOnlyList<ClassicIgnoreFile.Entry> Entries, IReadOnlyList<ClassicNote> Notes)
{
    public readonly record struct Entry(Prefix Prefix, int Line);

    public IEnumerable<Prefix> Prefixes => Entries.Select(e => e.Prefix);

    /// <summary>Never throws; a line that is no address has a note.</summary>
    public static ClassicIgnoreFile Parse(string name, string text)
    {
        var entries = new List<Entry>();
        var notes = new List<ClassicNote>();
        var lines = text.TrimStart('\uFEFF').Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var (address, repaired) = AddressOf(line);
            if (Prefix.TryParse(address, out var prefix)) Add(prefix);
            else if (NetMask(address) is { } masked)
            {
                repaired = $"the net mask read as /{masked.Length}";
                Add(masked);
            }
            else
            {
                notes.Add(new ClassicNote(ClassicNoteKind.Refused, name, i + 1, null, $"{Shown(address)} is no address and no ADDR/BITS (0 to 32 for IPv4, 0 to 128 for IPv6)"));
            }

            if (repaired is not null && entries.Count > 0 && entries[^1].Line == i + 1) notes.Add(new ClassicNote(ClassicNoteKind.Repaired, name, i + 1, null, repaired));

            void Add(Prefix p) => entries.Add(new Entry(p, i + 1));
        }

        return new ClassicIgnoreFile(entries, notes);
    }

    /// <summary>The first word; but "10.0.0.0 / 8" is one word with blanks around its slash.</summary>
    private static (string Address, string? Repaired) AddressOf(string line)
    {
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        var words = (comment < 0 ? line : line[..comment]).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        const string Said = "blanks around the slash taken away";
        return words switch
        {
            [var a, "/", var b, ..] => ($"{a}/{b}", Said),
            [var a, ['/', _, ..] b, ..] => (a + b, Said),
            [[.., '/'] a, var b, ..] => (a + b, Said),
            [var a, ..] => (a, null),
            _ => ("", null),
        };
    }

    // 10.0.0.0/255.0.0.0: 1.2 would take the mask's first digits for bits.
    private static Prefix? NetMask(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !Address.TryParse(text.AsSpan(0, slash), out var address) || !Address.TryParse(text.AsSpan(slash + 1), out var mask)) return null;
        if (!address.IsV4 || !mask.IsV4) return null;
        var bits = System.Numerics.BitOperations.LeadingZeroCount(~mask.V4);
        return mask.V4 == (bits == 0 ? 0 : uint.MaxValue << (32 - bits)) ? new Prefix(address, bits) : null;
    }

    private static string Shown(string text) => HoconText.Quote(text.Length <= 60 ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..60]}…"));
}
