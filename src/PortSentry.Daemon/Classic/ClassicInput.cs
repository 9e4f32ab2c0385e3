namespace PortSentry.Daemon.Classic;

/// <summary>A file to import.</summary>
/// <param name="Name">What notes and comments call it.</param>
public sealed record ClassicInput(string Name, string Text);
