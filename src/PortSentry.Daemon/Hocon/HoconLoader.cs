namespace PortSentry.Daemon.Hocon;

/// <summary>
/// Reads HOCON (https://github.com/lightbend/config/blob/main/HOCON.md). Choices where the specification leaves one:
/// includes are files only (no url, no classpath) and always relative to the including file; a substitution that no
/// source defines is looked up in the environment; a name without extension stands for name.json and name.conf, or for itself.
/// </summary>
public sealed class HoconLoader(IHoconFiles files, Func<string, string?> environment, HoconLimits limits)
{
    public HoconLoader()
        : this(DiskFiles.Instance, Environment.GetEnvironmentVariable, HoconLimits.Default)
    {
    }

    /// <summary>Merges the sources (the later wins, as a later definition in one file would), then resolves all substitutions together.</summary>
    /// <exception cref="HoconException">Anything wrong with the text, the includes or the substitutions.</exception>
    public HoconObject Load(params IReadOnlyList<HoconSource> sources)
    {
        var includes = new IncludeReader(files, limits);
        var root = new ObjectNode(new HoconOrigin(sources.Count == 0 ? "configuration" : sources[^1].Name, 1, 1));
        foreach (var source in sources) HoconParser.ParseInto(root, source, includes, limits);
        return (HoconObject)new HoconResolver(root, environment, limits).Resolve(root);
    }

    /// <summary>One text whose root may also be an array, as JSON allows.</summary>
    /// <exception cref="HoconException">Anything wrong with the text, the includes or the substitutions.</exception>
    public HoconValue Parse(HoconSource source)
    {
        var node = HoconParser.Parse(source, new IncludeReader(files, limits), limits);
        var root = node as ObjectNode ?? new ObjectNode(node.Origin);
        return new HoconResolver(root, environment, limits).Resolve(node);
    }
}
