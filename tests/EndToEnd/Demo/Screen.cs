using System.Globalization;

namespace PortSentry.EndToEnd.Demo;

/// <summary>What the demo prints: colour on a terminal (not where NO_COLOR is set), plain text elsewhere.</summary>
internal sealed class Screen
{
    private const string Bold = "1", Green = "32", Red = "31", Grey = "90", Cyan = "36";
    private static readonly bool Colour = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
    private readonly Lock _lock = new();

    public void Title(string text) => Write($"\n{Paint(Bold, text)}");

    public void Command(string text) => Write($"  {Paint(Cyan, "$ " + text)}");

    public void Plain(string text) => Write("  " + text);

    public void Quote(string text) => Write(string.Join('\n', text.TrimEnd('\n').Split('\n').Select(line => "  " + Paint(Grey, "│ ") + line)));

    public void Live(TimeSpan sinceFirstProbe, string text) =>
        Write($"  {Paint(Grey, string.Create(CultureInfo.InvariantCulture, $"{sinceFirstProbe.TotalMilliseconds,9:+0.0;-0.0} ms"))}  {(text.Contains("attackalert", StringComparison.Ordinal) ? Paint(Red, text) : text)}");

    public void Check(bool good, string text) => Write($"  {(good ? Paint(Green, "✔") : Paint(Red, "✘"))} {text}");

    private void Write(string text)
    {
        lock (_lock) Console.Out.WriteLine(text);
    }

    private static string Paint(string colour, string text) => Colour ? $"\e[{colour}m{text}\e[0m" : text;
}
