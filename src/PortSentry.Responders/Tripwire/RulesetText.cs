using System.Globalization;
using System.Text;

namespace PortSentry.Responders.Tripwire;

/// <summary>A table in the family inet as nft text, written piece by piece.</summary>
internal sealed class RulesetText
{
    private readonly StringBuilder _text;

    /// <param name="before">Commands that come first.</param>
    public RulesetText(string before, string table) => _text = new StringBuilder(before).Append(CultureInfo.InvariantCulture, $"table inet {table} {{\n");

    public void Set(string name, string type, string more) => Line($"set {name} {{ type {type}; {more} }}");

    public void Limit(string name, FormattableString what) => Line($"limit {name} {{ {Of(what)} }}");

    public void Chain(string name, params ReadOnlySpan<string> rules)
    {
        Line($"chain {name} {{");
        foreach (var rule in rules) _text.Append("    ").Append(rule).Append('\n');
        Line($"}}");
    }

    public void Line(FormattableString line) => _text.Append("  ").Append(Of(line)).Append('\n');

    /// <summary>The whole table.</summary>
    public string End() => _text.Append("}\n").ToString();

    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
