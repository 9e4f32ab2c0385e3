namespace PortSentry.Engine.Configuration;

/// <summary>
/// The few settings a test gives its actor system as text: <c>key = value</c> lines and <c>section { }</c> blocks.
/// A subset of what Akka.NET reads, so that such a test runs on both; the daemon's own files are read elsewhere.
/// </summary>
public sealed class Config
{
    private readonly Dictionary<string, string> _values;

    internal Config(Dictionary<string, string> values) => _values = values;

    public static Config Empty { get; } = new([]);

    public bool HasPath(string path) => _values.ContainsKey(path);

    public string GetString(string path, string? @default = null) => _values.GetValueOrDefault(path, @default!);

    public int GetInt(string path, int @default = 0) =>
        _values.TryGetValue(path, out var text) ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : @default;

    public Config WithFallback(Config fallback)
    {
        var merged = new Dictionary<string, string>(fallback._values);
        foreach (var (key, value) in _values) merged[key] = value;
        return new Config(merged);
    }
}

public static class ConfigurationFactory
{
    public static Config Empty => Config.Empty;

    /// <exception cref="FormatException">A line is neither a setting nor the begin or end of a section.</exception>
    public static Config ParseString(string hocon)
    {
        var values = new Dictionary<string, string>();
        var sections = new Stack<string>([""]);
        foreach (var raw in hocon.Replace("{", "{\n", StringComparison.Ordinal).Replace("}", "\n}\n", StringComparison.Ordinal).Split('\n'))
        {
            var line = raw.Split('#')[0].Trim();
            if (line.Length == 0) continue;
            if (line == "}")
            {
                sections.Pop();
            }
            else if (line[^1] == '{')
            {
                sections.Push($"{sections.Peek()}{line[..^1].Trim().TrimEnd('=', ':').Trim()}.");
            }
            else if (line.IndexOfAny(['=', ':']) is var at and > 0)
            {
                values[sections.Peek() + line[..at].Trim()] = line[(at + 1)..].Trim().Trim('"');
            }
            else
            {
                throw new FormatException($"'{line}' is not a setting (key = value).");
            }
        }

        return new Config(values);
    }
}
