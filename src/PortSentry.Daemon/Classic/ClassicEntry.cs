namespace PortSentry.Daemon.Classic;

/// <summary>A key with its value, the quotes taken off.</summary>
/// <param name="Line">Where the key stands, from 1.</param>
public sealed record ClassicEntry(string Key, string Value, int Line);
