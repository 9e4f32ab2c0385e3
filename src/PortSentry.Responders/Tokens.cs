using System.Globalization;

namespace PortSentry.Responders;

/// <summary>The classic tokens <c>$TARGET$ $PORT$ $MODE$</c>; every occurrence is replaced. Their values hold no blank, quote or control character.</summary>
internal static class Tokens
{
    public const string Target = "$TARGET$";
    public const string Port = "$PORT$";
    public const string Mode = "$MODE$";

    public static string Replace(string template, BlockRequest request) => Replace(template, request, request.Target.ToString());

    /// <param name="target">The address as the reader of the text wants it written.</param>
    public static string Replace(string template, BlockRequest request, string target) => template
        .Replace(Target, target, StringComparison.Ordinal)
        .Replace(Port, request.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace(Mode, request.Mode, StringComparison.Ordinal);
}
