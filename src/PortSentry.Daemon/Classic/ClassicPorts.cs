using System.Globalization;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Classic;

/// <summary>A classic port list: "1,11,20-25".</summary>
internal static class ClassicPorts
{
    /// <param name="bad">The elements that are no port (1 to 65535) and no range, each with the reason.</param>
    public static List<PortRange> Read(string text, out List<string> bad)
    {
        var ports = new List<PortRange>();
        bad = [];
        foreach (var element in text.Split([',', ' ', '\t', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            var plain = element.Replace('–', '-').Replace('—', '-').Replace('‑', '-');
            var dash = plain.IndexOf('-', StringComparison.Ordinal);
            if (!TryPort(dash < 0 ? plain : plain[..dash], out var first) || !TryPort(dash < 0 ? plain : plain[(dash + 1)..], out var last))
                bad.Add($"{HoconText.Quote(element.Length <= 20 ? element : element[..20] + "…")} is no port (1 to 65535) and no range such as 10-20");
            else if (last < first)
                bad.Add($"the range {plain} runs backwards");
            else
                ports.Add(new PortRange(first, last));
        }

        return ports;
    }

    private static bool TryPort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;
}
