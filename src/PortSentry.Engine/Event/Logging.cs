namespace PortSentry.Engine.Event;

public static class Logging
{
    /// <summary>The actor's logger; its source is the actor's path.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context) =>
        new BusLogging(context.System, context.Self.Path.ToString(), context.Props.Type);

    /// <param name="logSourceObj">A string, a type or an object whose type names the source.</param>
    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj)
    {
        var type = logSourceObj as Type ?? logSourceObj.GetType();
        return new BusLogging(system, logSourceObj as string ?? $"{type.Name}({system.Name})", type);
    }

    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        LogLevel.ErrorLevel => "ERROR",
        _ => throw new ArgumentOutOfRangeException(nameof(logLevel)),
    };

    /// <param name="logLevel">DEBUG, INFO, WARNING, ERROR or OFF.</param>
    public static LogLevel LogLevelFor(string logLevel) => logLevel.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => (LogLevel)int.MaxValue,
        _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\". Valid values are: \"DEBUG\", \"INFO\", \"WARNING\", \"ERROR\", \"OFF\"", nameof(logLevel)),
    };
}

/// <summary>What a system logs to that was given no other place.</summary>
public static class StandardOutLogger
{
    public static void Print(LogEvent logEvent) => Console.Out.WriteLine(logEvent);
}
