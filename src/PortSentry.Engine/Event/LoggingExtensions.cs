namespace PortSentry.Engine.Event;

/// <summary>
/// The calls actors use. Akka.NET spells out one overload for each number of arguments; <c>params</c> takes the
/// same calls.
/// </summary>
public static class LoggingExtensions
{
    public static void Log(this ILoggingAdapter log, LogLevel logLevel, string format, params object?[] args) => Write(log, logLevel, null, format, args);

    public static void Log(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, params object?[] args) => Write(log, logLevel, cause, format, args);

    public static void Debug(this ILoggingAdapter log, string format, params object?[] args) => Write(log, LogLevel.DebugLevel, null, format, args);

    public static void Debug(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) => Write(log, LogLevel.DebugLevel, cause, format, args);

    public static void Info(this ILoggingAdapter log, string format, params object?[] args) => Write(log, LogLevel.InfoLevel, null, format, args);

    public static void Info(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) => Write(log, LogLevel.InfoLevel, cause, format, args);

    public static void Warning(this ILoggingAdapter log, string format, params object?[] args) => Write(log, LogLevel.WarningLevel, null, format, args);

    public static void Warning(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) => Write(log, LogLevel.WarningLevel, cause, format, args);

    public static void Error(this ILoggingAdapter log, string format, params object?[] args) => Write(log, LogLevel.ErrorLevel, null, format, args);

    public static void Error(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) => Write(log, LogLevel.ErrorLevel, cause, format, args);

    private static void Write(ILoggingAdapter log, LogLevel level, Exception? cause, string format, object?[] args)
    {
        if (!log.IsEnabled(level)) return;
        if (args.Length == 0) log.Log(level, cause, format);
        else log.Log(level, cause, new LogMessage(log.Formatter, format, args!));
    }
}
