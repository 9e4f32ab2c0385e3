using System.Text.RegularExpressions;
using PortSentry.Engine.Event;

namespace PortSentry.Engine.TestKit.EventFilters;

/// <summary>Says which log events or dead letters a test expects while it does something.</summary>
public sealed class EventFilterFactory
{
    private readonly ActorSystem _system;
    private readonly ITestKitAssertions _assertions;
    private readonly TestKitSettings _settings;

    internal EventFilterFactory(ActorSystem system, ITestKitAssertions assertions, TestKitSettings settings) =>
        (_system, _assertions, _settings) = (system, assertions, settings);

    public IEventFilterApplier Exception<TException>(string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception =>
        Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null) where TException : Exception =>
        Log<Error>(e => e.Cause is TException && (pattern.IsMatch($"{e.Message}") || pattern.IsMatch(e.Cause.Message)), source);

    public IEventFilterApplier Exception(Type exceptionType, string? message = null, string? start = null, string? contains = null, string? source = null, bool checkInnerExceptions = false) =>
        Log<Error>(e => Causes(e.Cause, checkInnerExceptions).Any(exceptionType.IsInstanceOfType)
            && (Fits($"{e.Message}", message, start, contains) || Fits(e.Cause.Message, message, start, contains)), source);

    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) => Log<Error>(message, start, contains, source);

    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) => Log<Warning>(message, start, contains, source);

    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) => Log<Info>(message, start, contains, source);

    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) => Log<Debug>(message, start, contains, source);

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Log<LogEvent>(e => predicate(e), null);

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate) where TLogEvent : LogEvent => Log<TLogEvent>(e => predicate(e), null);

    public IEventFilterApplier DeadLetter() => Make(static e => e is DeadLetter);

    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetter<TMessage>(static _ => true, source);

    /// <param name="source">The path of the actor the message was for.</param>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) =>
        Make(e => e is DeadLetter { Message: TMessage message } letter && isMatch(message) && IsFrom(letter.Recipient.Path.ToString(), source));

    private static bool Fits(string text, string? message, string? start, string? contains) =>
        message is not null ? text == message
        : start is not null ? text.StartsWith(start, StringComparison.Ordinal)
        : contains is null || text.Contains(contains, StringComparison.Ordinal);

    private static bool IsFrom(string actual, string? expected) =>
        expected is null || actual == expected || actual.EndsWith(expected, StringComparison.Ordinal);

    private static IEnumerable<Exception> Causes(Exception? cause, bool withInner)
    {
        for (var each = cause; each is not null; each = withInner ? each.InnerException : null) yield return each;
    }

    private EventFilterApplier Log<T>(string? message, string? start, string? contains, string? source) where T : LogEvent =>
        Log<T>(e => Fits($"{e.Message}", message, start, contains), source);

    private EventFilterApplier Log<T>(Func<T, bool> fits, string? source) where T : LogEvent =>
        Make(e => e is T log && fits(log) && IsFrom(log.LogSource, source));

    private EventFilterApplier Make(Func<object, bool> fits) => new(_system, _assertions, _settings, fits);
}
