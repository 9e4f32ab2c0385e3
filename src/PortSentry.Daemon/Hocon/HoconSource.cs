namespace PortSentry.Daemon.Hocon;

/// <summary>One text to read.</summary>
/// <param name="Name">What errors call it: a path, or "command line".</param>
/// <param name="Directory">Where relative includes are looked for; null for a text that came from no file.</param>
public sealed record HoconSource(string Name, string Text, string? Directory = null);
