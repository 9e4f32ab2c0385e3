using System.Globalization;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Configuration;

/// <summary>A port from 0 to 65535, or a range "10-20".</summary>
internal static class PortRangeReader
{
    public static bool TryRead(HoconValue value, out PortRange range)
    {
        range = default;
        if (value is not HoconScalar { Kind: HoconScalarKind.Number or HoconScalarKind.String } scalar) return false;
        var text = scalar.Text.AsSpan().Trim();
        var dash = text.IndexOf('-');
        if (!TryPort(dash < 0 ? text : text[..dash].TrimEnd(), out var first) || !TryPort(dash < 0 ? text : text[(dash + 1)..].TrimStart(), out var last) || last < first) return false;
        range = new PortRange(first, last);
        return true;
    }

    /// <summary>As the file has it: a bare number or a quoted range.</summary>
    public static string Write(PortRange range) =>
        range.First == range.Last ? range.First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"\"{range.First}-{range.Last}\"");

    private static bool TryPort(ReadOnlySpan<char> text, out ushort port) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
}
