using PortSentry.Engine.Actor.Setup;

namespace PortSentry.Engine.TestKit;

/// <summary>Second layer of a test kit: takes messages out of the inbox.</summary>
public abstract class TestKitReceiving : TestKitTiming
{
    private MessageEnvelope? _last;

    private protected TestKitReceiving(ITestKitAssertions assertions, ActorSystem? system, ActorSystemSetup? setup, string? systemName, string? actorName)
        : base(assertions, system, setup, systemName, actorName) { }

    public bool HasMessages => Inbox.HasMessages;

    public object LastMessage => _last?.Message!;

    public IActorRef LastSender => _last?.Sender ?? Sys.DeadLetters;

    /// <returns>Null where none came in time.</returns>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) => TakeOne(RemainingOrDilated(max), cancellationToken)?.Message!;

    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await TakeOneAsync(RemainingOrDilated(max), cancellationToken).ConfigureAwait(false))?.Message!;

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveN(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
    {
        var end = Now + Dilated(max);
        var messages = new List<object>(numberOfMessages);
        while (messages.Count < numberOfMessages)
        {
            var next = TakeOne(end - Now, cancellationToken);
            if (next is null) Fail($"Timeout ({max}) while expecting {numberOfMessages} messages. Only got {messages.Count} after {max}.");
            messages.Add(next.Message);
        }

        return messages;
    }

    public IReadOnlyList<T> ReceiveWhile<T>(TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) where T : class =>
        ReceiveWhile(filter, max, null, msgs, cancellationToken);

    /// <param name="filter">Null ends it; the message that it answered null to is lost.</param>
    public IReadOnlyList<T> ReceiveWhile<T>(Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class
    {
        var end = Now + RemainingOrDilated(max);
        var found = new List<T>();
        while (found.Count < msgs)
        {
            var wait = end - Now;
            if (idle is { } pause && pause < wait) wait = pause;
            if (TakeOne(wait, cancellationToken) is not { } next || filter(next.Message) is not { } fitting) break;
            found.Add(fitting);
        }

        return found;
    }

    public object FishForMessage(Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Throws messages away until one fits.</summary>
    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default)
    {
        var end = Now + RemainingOrDilated(max);
        while (TakeOne(end - Now, cancellationToken) is { } next)
        {
            if (next.Message is T fitting && isMessage(fitting)) return fitting;
        }

        Fail($"Timeout waiting for a {typeof(T).Name} that fits. {hint}");
        return default;
    }

    public ValueTask<object> FishForMessageAsync(Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    public async ValueTask<T> FishForMessageAsync<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default)
    {
        var end = Now + RemainingOrDilated(max);
        while (await TakeOneAsync(end - Now, cancellationToken).ConfigureAwait(false) is { } next)
        {
            if (next.Message is T fitting && isMessage(fitting)) return fitting;
        }

        Fail($"Timeout waiting for a {typeof(T).Name} that fits. {hint}");
        return default;
    }

    private protected MessageEnvelope? TakeOne(TimeSpan max, CancellationToken cancellationToken)
    {
        var next = Inbox.Take(max, cancellationToken);
        if (next is not null) _last = next;
        return next;
    }

    private protected async ValueTask<MessageEnvelope?> TakeOneAsync(TimeSpan max, CancellationToken cancellationToken)
    {
        var next = await Inbox.TakeAsync(max, cancellationToken).ConfigureAwait(false);
        if (next is not null) _last = next;
        return next;
    }
}
