using Microsoft.Extensions.Logging;

namespace PortSentry.Daemon;

/// <summary>Log catalogue of the daemon: ids 1000 to 1999.</summary>
internal static partial class DaemonLog
{
    [LoggerMessage(EventId = 1001, Message = "{Source}: {Message}")]
    public static partial void Actor(ILogger logger, LogLevel level, string source, object message, Exception? cause);

    [LoggerMessage(1002, LogLevel.Warning, "{Warning}")]
    public static partial void Configuration(ILogger logger, string warning);

    [LoggerMessage(1003, LogLevel.Error, "The configuration was not reloaded, the old one stays in force: {Problem}")]
    public static partial void ReloadRefused(ILogger logger, string problem);

    [LoggerMessage(1004, LogLevel.Information, "Configuration reloaded")]
    public static partial void Reloaded(ILogger logger);

    [LoggerMessage(1005, LogLevel.Warning, "Responders did not start within {Seconds} s; they go on trying: see 'portsentry status'")]
    public static partial void RespondersLate(ILogger logger, double seconds);

    [LoggerMessage(1006, LogLevel.Warning, "Control request failed: {Problem}")]
    public static partial void ControlFailed(ILogger logger, string problem);

    [LoggerMessage(1010, LogLevel.Warning, "Old sources were not forgotten, tomorrow is another try: {Problem}")]
    public static partial void HousekeepingFailed(ILogger logger, string problem);

    [LoggerMessage(1011, LogLevel.Critical, "The other nodes of the cluster gave this one up; it ends, so that a new start joins them again")]
    public static partial void LeftByCluster(ILogger logger);

    [LoggerMessage(1012, LogLevel.Warning, "The self-test failed: {Problem}. Scans may not be seen or answered; 'portsentry status' may say why")]
    public static partial void SelfTestFailed(ILogger logger, string problem);
}
