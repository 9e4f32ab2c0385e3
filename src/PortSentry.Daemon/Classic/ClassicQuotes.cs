namespace PortSentry.Daemon.Classic;

/// <summary>The quotes that word processors and web pages put in the place of plain ones.</summary>
internal static class ClassicQuotes
{
    private const string Doubles = "\"“”„‟″«»＂";
    private const string Singles = "'‘’‚‛′`´";

    /// <summary>The characters that can close a string opened by this one; empty when it is no quote.</summary>
    public static string Closing(char c) => IsDouble(c) ? Doubles : Singles.Contains(c, StringComparison.Ordinal) ? Singles : "";

    public static bool IsDouble(char c) => Doubles.Contains(c, StringComparison.Ordinal);
}
