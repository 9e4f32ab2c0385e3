namespace PortSentry.Daemon.Commands;

/// <summary>Exit codes of <c>portsentry</c>: part of its contract with scripts.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The work could not be done: a file unreadable, the daemon not reachable, a configuration refused.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage.</summary>
    public const int Usage = 2;
}
