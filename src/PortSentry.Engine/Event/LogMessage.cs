using System.Globalization;

namespace PortSentry.Engine.Event;

/// <summary>Makes the text of a log message from its template and parameters.</summary>
public interface ILogMessageFormatter
{
    string Format(string format, params object[] args);

    string Format(string format, IEnumerable<object> args);
}

/// <summary>Numbered holes, <c>{0}</c>, as string.Format has them.</summary>
public sealed class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter() { }

    public string Format(string format, params object[] args) => string.Format(CultureInfo.InvariantCulture, format, args);

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}

/// <summary>A message that is put into words only when someone reads it.</summary>
public sealed class LogMessage(ILogMessageFormatter formatter, string format, object[] args)
{
    public string Format { get; } = format;

    public IEnumerable<object> Parameters() => args;

    public string Unformatted() => $"{Format} [{string.Join(", ", args)}]";

    /// <summary>A template that does not fit its parameters is shown as it stands: logging never fails an actor.</summary>
    public override string ToString()
    {
        try
        {
            return formatter.Format(Format, args);
        }
        catch (FormatException)
        {
            return Unformatted();
        }
    }
}
