namespace PortSentry.Daemon.Hocon;

/// <summary>Finds and reads included files, and refuses cycles, deep chains and crowds of them. One instance serves one load.</summary>
internal sealed class IncludeReader(IHoconFiles files, HoconLimits limits)
{
    private static readonly string[] Extensions = [".json", ".conf"];
    private int _read;

    /// <summary>The sources that an include statement names, in the order of merging; none where the file is missing and need not be there.</summary>
    /// <param name="chain">The absolute names of the files that are being read, the outermost first.</param>
    /// <exception cref="HoconException">A required file is missing, one cannot be read, or a limit is passed.</exception>
    public List<HoconSource> Find(string name, bool required, string? directory, IReadOnlyList<string> chain, HoconOrigin origin)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)) throw new HoconException(origin, "include", "an empty or impossible file name");
        if (chain.Count > limits.IncludeDepth) throw new HoconException(origin, "include", $"files include files more than {limits.IncludeDepth} deep");
        var found = new List<HoconSource>();
        if (Path.GetExtension(name).Length == 0)
            foreach (var extension in Extensions) Try(name + extension);
        if (found.Count == 0) Try(name);
        return found.Count == 0 && required
            ? throw new HoconException(origin, "include", $"the required file {files.Resolve(directory, name)} does not exist")
            : found;

        void Try(string candidate)
        {
            var path = files.Resolve(directory, candidate);
            if (chain.Contains(path, StringComparer.Ordinal)) throw new HoconException(origin, "include", $"{path} includes itself: {string.Join(" → ", chain)} → {path}");
            try
            {
                if (files.Read(path, limits.SourceLength) is not { } text) return;
                if (++_read > limits.Includes) throw new HoconException(origin, "include", $"more than {limits.Includes} included files");
                found.Add(new HoconSource(path, text, Path.GetDirectoryName(path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new HoconException(origin, "include", $"{path} cannot be read: {e.Message}");
            }
        }
    }
}
