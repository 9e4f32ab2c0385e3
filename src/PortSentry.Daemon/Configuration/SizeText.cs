using System.Globalization;

namespace PortSentry.Daemon.Configuration;

/// <summary>A size in the largest binary unit that leaves it whole: 64MiB.</summary>
internal static class SizeText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Of(long bytes)
    {
        var unit = 0;
        while (bytes != 0 && unit < 4 && bytes % 1024 == 0)
        {
            bytes /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes}{Units[unit]}");
    }
}
