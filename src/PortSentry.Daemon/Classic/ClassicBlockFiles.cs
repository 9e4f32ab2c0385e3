using PortSentry.Core;

namespace PortSentry.Daemon.Classic;

/// <summary>
/// Writes HISTORY_FILE (append only) and BLOCKED_FILE (emptied at start; its name ends with the mode, as in portsentry.blocked.atcp).
/// Each line is opened, written and closed, so that logrotate may move the file at any time.
/// </summary>
/// <param name="history">A path, or null for none.</param>
/// <param name="blocked">A path without the suffix, or null for none.</param>
/// <param name="zones">Only its local time zone is used: the time of a line is its event's.</param>
public sealed class ClassicBlockFiles(string? history, string? blocked, TimeProvider zones)
{
    /// <summary>Empties the blocked files of these modes.</summary>
    /// <exception cref="IOException">A directory is missing or full.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public void Start(IEnumerable<string> modes)
    {
        if (blocked is null) return;
        foreach (var mode in modes) File.WriteAllText(BlockedFile(mode), "");
    }

    /// <param name="mode">tcp, udp, stcp, sudp, atcp or audp.</param>
    /// <exception cref="IOException">The disk is full or a directory is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public void Write(Instant time, string? hostName, Address address, ushort port, IpProtocol protocol, string mode)
    {
        var line = ClassicBlockLine.Format(time, zones.LocalTimeZone, hostName, address, port, protocol) + "\n";
        if (history is not null) File.AppendAllText(history, line);
        if (blocked is not null) File.AppendAllText(BlockedFile(mode), line);
    }

    public string BlockedFile(string mode) => $"{blocked}.{mode}";
}
