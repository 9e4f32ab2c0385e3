using Microsoft.Extensions.Logging;

namespace PortSentry.Journal;

/// <summary>Every message of this project; ids 4000 to 4099.</summary>
internal static partial class JournalLog
{
    [LoggerMessage(4000, LogLevel.Error, "The journal {File} is damaged ({Reason}); it was moved to {Aside} and a fresh one begun. History and active blocks of the old one are lost to this daemon; 'sqlite3 {Aside} .recover' may save rows.")]
    public static partial void MovedAside(this ILogger logger, string file, string reason, string aside);

    [LoggerMessage(4001, LogLevel.Information, "The journal {Store} was brought to schema version {Version} ({Description}).")]
    public static partial void Migrated(this ILogger logger, string store, int version, string description);

    [LoggerMessage(4002, LogLevel.Error, "The journal {File} reported damage ({Reason}); the next start will check it whole and, if need be, begin a fresh one.")]
    public static partial void Suspect(this ILogger logger, string file, string reason);

    [LoggerMessage(4003, LogLevel.Information, "The journal {File} had been marked as suspect; a full check found it sound.")]
    public static partial void Sound(this ILogger logger, string file);

    [LoggerMessage(4004, LogLevel.Warning, "The journal {File} was readable by others (mode {Mode}); it is now 0600.")]
    public static partial void ModeTightened(this ILogger logger, string file, string mode);

    [LoggerMessage(4005, LogLevel.Warning, "The connection to the journal {Store} was lost ({Reason}); the next write connects again.")]
    public static partial void ConnectionLost(this ILogger logger, string store, string reason);
}
