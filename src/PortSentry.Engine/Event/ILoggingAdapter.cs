namespace PortSentry.Engine.Event;

public interface ILoggingAdapter
{
    ILogMessageFormatter Formatter { get; }

    bool IsDebugEnabled { get; }

    bool IsInfoEnabled { get; }

    bool IsWarningEnabled { get; }

    bool IsErrorEnabled { get; }

    bool IsEnabled(LogLevel logLevel);

    void Log(LogLevel logLevel, Exception? cause, string format);

    void Log(LogLevel logLevel, Exception? cause, LogMessage message);
}

/// <summary>Logs nothing.</summary>
public sealed class NoLogger : ILoggingAdapter
{
    public static readonly ILoggingAdapter Instance = new NoLogger();

    private NoLogger() { }

    public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;

    public bool IsDebugEnabled => false;

    public bool IsInfoEnabled => false;

    public bool IsWarningEnabled => false;

    public bool IsErrorEnabled => false;

    public bool IsEnabled(LogLevel logLevel) => false;

    public void Log(LogLevel logLevel, Exception? cause, string format) { }

    public void Log(LogLevel logLevel, Exception? cause, LogMessage message) { }
}

/// <summary>Publishes on the event stream.</summary>
internal sealed class BusLogging(ActorSystem system, string source, Type logClass) : ILoggingAdapter
{
    public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;

    public bool IsDebugEnabled => IsEnabled(LogLevel.DebugLevel);

    public bool IsInfoEnabled => IsEnabled(LogLevel.InfoLevel);

    public bool IsWarningEnabled => IsEnabled(LogLevel.WarningLevel);

    public bool IsErrorEnabled => IsEnabled(LogLevel.ErrorLevel);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= system.LogLevel;

    public void Log(LogLevel logLevel, Exception? cause, string format) => Publish(logLevel, cause, format);

    public void Log(LogLevel logLevel, Exception? cause, LogMessage message) => Publish(logLevel, cause, message);

    private void Publish(LogLevel level, Exception? cause, object message)
    {
        if (!IsEnabled(level)) return;
        system.EventStream.Publish(level switch
        {
            LogLevel.DebugLevel => new Debug(cause, source, logClass, message),
            LogLevel.InfoLevel => new Info(cause, source, logClass, message),
            LogLevel.WarningLevel => new Warning(cause, source, logClass, message),
            _ => new Error(cause, source, logClass, message),
        });
    }
}
