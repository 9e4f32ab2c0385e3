using System.Text;
using System.Text.RegularExpressions;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Configuration;

/// <summary>What 'portsentry check' prints: the merged configuration as HOCON that can be loaded again, each value that is not built in with its place.</summary>
public static partial class EffectiveConfiguration
{
    public static string Render(PortSentryOptions options)
    {
        var text = new StringBuilder();
        text.Append("portsentry {\n");
        foreach (var field in options.Tree.Fields.Where(f => f.Key != ProfileLayer.Sets)) Write(text, field, 1);
        return text.Append("}\n").ToString();
    }

    private static void Write(StringBuilder text, HoconField field, int depth)
    {
        text.Append(' ', 2 * depth).Append(HoconText.Key(field.Key));
        if (field.Value is HoconObject o)
        {
            text.Append(" {\n");
            foreach (var inner in o.Fields) Write(text, inner, depth + 1);
            text.Append(' ', 2 * depth).Append("}\n");
            return;
        }

        text.Append(" = ").Append(field.Key == "connection-string" ? HoconText.Quote(Password().Replace(((HoconScalar)field.Value).Text, "$1=…")) : Value(field.Value));
        if (field.Value.Origin.Source != ConfigurationLoader.BuiltIn) text.Append("  # ").Append(HoconText.Quote(field.Value.Origin.ToString()).Trim('"'));
        text.Append('\n');
    }

    private static string Value(HoconValue value) => value switch
    {
        HoconArray array => "[" + string.Join(", ", array.Items.Select(Value)) + "]",
        HoconObject o => "{ " + string.Join(", ", o.Fields.Select(f => $"{HoconText.Key(f.Key)} = {Value(f.Value)}")) + " }",
        HoconScalar { Kind: HoconScalarKind.String } s when !PlainWord().IsMatch(s.Text) => HoconText.Quote(s.Text),
        HoconScalar s => s.Text,
        _ => "",
    };

    // What needs no quotes and reads back as the same string.
    [GeneratedRegex("^(?!true$|false$|null$|include)[A-Za-z][A-Za-z0-9-]*$|^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h|d|KiB|MiB|GiB|kB|MB|GB|B)$")]
    private static partial Regex PlainWord();

    [GeneratedRegex("(?i)\\b(password|pwd)\\s*=\\s*[^;]*")]
    private static partial Regex Password();
}
