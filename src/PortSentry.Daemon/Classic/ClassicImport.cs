namespace PortSentry.Daemon.Classic;

/// <summary>What came of an import.</summary>
/// <param name="Hocon">A configuration that can be loaded, each key with the line it came from.</param>
/// <param name="Notes">In the order of files and lines.</param>
public sealed record ClassicImport(string Hocon, IReadOnlyList<ClassicNote> Notes);
