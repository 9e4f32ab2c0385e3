namespace PortSentry.Daemon.Configuration;

/// <summary>"Did you mean …": the candidate that few slips of the pen lead to.</summary>
internal static class Nearest
{
    /// <summary>Null where nothing is near. At most a third of the letters may differ (more guesses nonsense, fewer misses "treshold").</summary>
    public static string? To(string written, IEnumerable<string> candidates)
    {
        if (written.Length is 0 or > 64) return null;
        var best = candidates.Select(c => (Name: c, Distance: Distance(written, c))).OrderBy(c => c.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, Math.Max(written.Length, best.Name.Length) / 3) ? best.Name : null;
    }

    // Levenshtein 1966, with the swap of neighbours (Damerau 1964) as one slip; case does not count.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
