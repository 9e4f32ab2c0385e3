using System.Globalization;
using System.Text.RegularExpressions;

namespace PortSentry.Responders;

/// <summary>The classic tokens <c>$TARGET$ $PORT$ $MODE$</c>; every occurrence is replaced. Their values hold no blank, quote or control character.</summary>
internal static partial class Tokens
{
    public const string Target = "$TARGET$";
    public const string Port = "$PORT$";
    public const string Mode = "$MODE$";

    public static string Replace(string template, BlockRequest request) => Replace(template, request, request.Target.ToString());

    /// <summary>The first thing that looks like a token and is none: a misspelt one would reach the program as it stands.</summary>
    public static string? Unknown(string template) => AnyToken().Matches(template).Select(static match => match.Value).FirstOrDefault(static token => token is not (Target or Port or Mode));

    /// <param name="target">The address as the reader of the text wants it written.</param>
    public static string Replace(string template, BlockRequest request, string target) => template
        .Replace(Target, target, StringComparison.Ordinal)
        .Replace(Port, request.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace(Mode, request.Mode, StringComparison.Ordinal);

    [GeneratedRegex(@"\$[A-Za-z_]+\$")]
    private static partial Regex AnyToken();
}
