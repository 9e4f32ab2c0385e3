using System.Globalization;

namespace PortSentry.Bench.Live;

/// <summary>What a child printed: "name=number" words.</summary>
internal sealed class Report(Dictionary<string, double> values)
{
    public double this[string name] => values.GetValueOrDefault(name);

    public static Report Parse(string text) => new(text
        .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(static word => word.Split('='))
        .Where(static pair => pair.Length == 2)
        .ToDictionary(static pair => pair[0], static pair => double.Parse(pair[1], CultureInfo.InvariantCulture)));
}
