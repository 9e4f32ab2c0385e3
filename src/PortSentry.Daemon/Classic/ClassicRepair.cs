using System.Text.RegularExpressions;

namespace PortSentry.Daemon.Classic;

/// <summary>Slips that people's files have inside values.</summary>
internal static partial class ClassicRepair
{
    /// <summary><c> / etc / portsentry</c> becomes <c>/etc/portsentry</c>.</summary>
    public static string Path(string text, List<string> repairs)
    {
        var plain = BlanksAroundSlash().Replace(text.Trim(), "/");
        if (plain != text.Trim()) repairs.Add("blanks around slashes taken away");
        return plain;
    }

    /// <summary>Blanks around slashes, typographic quotes and dashes, and tokens that are written almost rightly.</summary>
    public static string Command(string text, List<string> repairs)
    {
        var plain = text.Trim();
        Apply(LeadingSlash(), "/", "blanks around slashes taken away");
        Apply(SlashBetweenWords(), "/", "blanks around slashes taken away");
        Apply(DashAtWord(), "-", "a typographic dash taken for '-'");
        Apply(DoubleQuote(), "\"", "typographic quotes taken for plain ones");
        Apply(SingleQuote(), "'", "typographic quotes taken for plain ones");
        return Token(plain, repairs);

        void Apply(Regex pattern, string replacement, string said)
        {
            var next = pattern.Replace(plain, replacement);
            if (next != plain && !repairs.Contains(said)) repairs.Add(said);
            plain = next;
        }
    }

    /// <summary><c>\$TARGET\$</c>, <c>$ TARGET $</c>, <c>$target$</c> and <c>$TARGET</c> become <c>$TARGET$</c>.</summary>
    public static string Token(string text, List<string> repairs)
    {
        var plain = AlmostToken().Replace(text, m => "$" + (m.Groups[1].Value + m.Groups[2].Value + m.Groups[3].Value).ToUpperInvariant() + "$");
        if (plain != text) repairs.Add("a token is written $TARGET$, $PORT$ or $MODE$: taken so");
        return plain;
    }

    // Inside one pattern no quantifier follows another over the same characters, so a hostile line costs linear time.
    [GeneratedRegex(@"[ \t]*/[ \t]*", RegexOptions.NonBacktracking)]
    private static partial Regex BlanksAroundSlash();

    [GeneratedRegex(@"^/[ \t]+", RegexOptions.NonBacktracking)]
    private static partial Regex LeadingSlash();

    [GeneratedRegex(@"[ \t]+/[ \t]+", RegexOptions.NonBacktracking)]
    private static partial Regex SlashBetweenWords();

    [GeneratedRegex("[–—‑−]", RegexOptions.NonBacktracking)]
    private static partial Regex DashAtWord();

    [GeneratedRegex("[“”„‟]", RegexOptions.NonBacktracking)]
    private static partial Regex DoubleQuote();

    [GeneratedRegex("[‘’‚‛]", RegexOptions.NonBacktracking)]
    private static partial Regex SingleQuote();

    [GeneratedRegex(@"\\?\$(TARGET|PORT|MODE)\\?\$|\$[ \t]+(TARGET|PORT|MODE)[ \t]+\$|\\?\$(TARGET|PORT|MODE)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AlmostToken();
}
