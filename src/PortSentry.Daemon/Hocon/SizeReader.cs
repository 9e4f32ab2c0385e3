namespace PortSentry.Daemon.Hocon;

/// <summary>HOCON.md "Size in bytes format": kB, MB, … are powers of ten; K, KiB, M, MiB, … powers of two. A bare number is bytes.</summary>
public static class SizeReader
{
    public const string Valid = "a number of bytes, or with a unit: kB, MB, GB (powers of 1000), KiB, MiB, GiB, K, M, G (powers of 1024)";

    private static readonly Dictionary<string, decimal> Units = MakeUnits();

    public static bool TryRead(HoconValue value, out long result)
    {
        result = 0;
        if (!UnitsReader.TryRead(value, out var number, out var unit)) return false;
        if (!Units.TryGetValue(unit, out var factor) || Math.Abs(number) > long.MaxValue / factor) return false;
        result = (long)Math.Round(number * factor);
        return true;
    }

    private static Dictionary<string, decimal> MakeUnits()
    {
        string[] ten = ["kilo", "mega", "giga", "tera", "peta", "exa", "zetta", "yotta"];
        string[] two = ["kibi", "mebi", "gibi", "tebi", "pebi", "exbi", "zebi", "yobi"];
        var units = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var single in (string[])["", "B", "b", "byte", "bytes"]) units[single] = 1;
        decimal powerOfTen = 1, powerOfTwo = 1;
        for (var i = 0; i < ten.Length; i++)
        {
            powerOfTen *= 1000;
            powerOfTwo *= 1024;
            var letter = "KMGTPEZY"[i].ToString();
            foreach (var name in (string[])[i == 0 ? "kB" : letter + "B", ten[i] + "byte", ten[i] + "bytes"]) units[name] = powerOfTen;
            foreach (var name in (string[])[letter, letter.ToLowerInvariant(), letter + "i", letter + "iB", two[i] + "byte", two[i] + "bytes"]) units[name] = powerOfTwo;
        }

        return units;
    }
}
