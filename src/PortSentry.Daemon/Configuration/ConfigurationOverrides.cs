using System.Text;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Configuration;

/// <summary>What the command line sets over the file; null leaves the file's value.</summary>
public sealed record ConfigurationOverrides
{
    public IReadOnlyList<string>? Interfaces { get; init; }

    /// <summary>--enforce and --log-only.</summary>
    public bool? Enforce { get; init; }

    public string? StateDirectory { get; init; }

    /// <summary>auto, any, or prefixes with commas.</summary>
    public string? Home { get; init; }

    public HoconSource ToSource()
    {
        var text = new StringBuilder();
        if (Interfaces is { Count: > 0 }) text.Append("portsentry.interfaces = ").Append(List(Interfaces)).Append('\n');
        if (Enforce is { } enforce) text.Append("portsentry.enforce = ").Append(enforce ? "on" : "off").Append('\n');
        if (StateDirectory is not null) text.Append("portsentry.state-dir = ").Append(HoconText.Quote(Path.GetFullPath(StateDirectory))).Append('\n');
        if (Home is not null) text.Append("portsentry.home = ").Append(List(Home.Split(',', StringSplitOptions.TrimEntries))).Append('\n');
        return new HoconSource("command line", text.ToString());
    }

    private static string List(IEnumerable<string> items) => "[" + string.Join(", ", items.Select(HoconText.Quote)) + "]";
}
