using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace PortSentry.Daemon.Wiring;

/// <summary>Carries what actors log on to the daemon's own log. Akka.NET's loggers are made from a class name, which could be handed no logger.</summary>
internal sealed class LogForwarder : ReceiveActor
{
    public LogForwarder(ILogger logger)
    {
        Context.System.EventStream.Subscribe<LogEvent>(Self);
        Receive<LogEvent>(happened =>
        {
            var level = LevelOf(happened);
            DaemonLog.Actor(logger, level, happened.LogSource, happened.Message, happened.Cause);
        });
    }

    private static LogLevel LevelOf(LogEvent happened) => happened switch
    {
        Error => LogLevel.Error,
        Warning => LogLevel.Warning,
        Info => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
