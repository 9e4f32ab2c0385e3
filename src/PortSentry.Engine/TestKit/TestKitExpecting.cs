using PortSentry.Engine.Actor.Setup;

namespace PortSentry.Engine.TestKit;

/// <summary>Third layer of a test kit: says which message must come next, or that none may.</summary>
public abstract class TestKitExpecting : TestKitReceiving
{
    private protected TestKitExpecting(ITestKitAssertions assertions, ActorSystem? system, ActorSystemSetup? setup, string? systemName, string? actorName)
        : base(assertions, system, setup, systemName, actorName) { }

    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(duration, hint, null, cancellationToken);

    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(timeout, hint, (m, _) => MustEqual(message, m, hint), cancellationToken);

    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(timeout, hint, (m, _) => MustFit(isMessage(m), m, hint), cancellationToken);

    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(timeout, hint, (m, _) => assert(m), cancellationToken);

    public T ExpectMsg<T>(Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(timeout, hint, (m, s) => MustFit(isMessageAndSender(m, s), m, hint), cancellationToken);

    public T ExpectMsg<T>(Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next(timeout, hint, assertMessageAndSender, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        NextAsync<T>(duration, hint, null, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        NextAsync<T>(timeout, hint, (m, _) => MustEqual(message, m, hint), cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        NextAsync<T>(timeout, hint, (m, _) => MustFit(isMessage(m), m, hint), cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        NextAsync<T>(timeout, hint, (m, _) => assert(m), cancellationToken);

    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(duration, hint, (_, s) => MustBeFrom(sender, s, hint), cancellationToken);

    public T ExpectMsgFrom<T>(IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(timeout, hint, (m, s) => { MustBeFrom(sender, s, hint); MustEqual(message, m, hint); }, cancellationToken);

    public T ExpectMsgFrom<T>(IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(timeout, hint, (m, s) => { MustBeFrom(sender, s, hint); MustFit(isMessage(m), m, hint); }, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        NextAsync<T>(duration, hint, (_, s) => MustBeFrom(sender, s, hint), cancellationToken);

    public Terminated ExpectTerminated(IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<Terminated>(timeout, hint, (m, _) => MustFit(m.ActorRef.Equals(target), m, hint), cancellationToken);

    public ValueTask<Terminated> ExpectTerminatedAsync(IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        NextAsync<Terminated>(timeout, hint, (m, _) => MustFit(m.ActorRef.Equals(target), m, hint), cancellationToken);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectMsgAllOf(RemainingOrDefault, messages);

    /// <summary>Exactly these messages, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages)
    {
        var missing = messages.ToList();
        var received = new List<T>();
        foreach (var message in ReceiveN(messages.Length, max))
        {
            if (message is not T fitting || !missing.Remove(fitting)) Fail($"not found: [{string.Join(", ", missing)}], unexpected: [{message}]");
            else received.Add(fitting);
        }

        return received;
    }

    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Next<T>(null, null, (m, _) => MustFit(messages.Contains(m), m, $"expected one of [{string.Join(", ", messages)}]"), cancellationToken);

    public void ExpectNoMsg(CancellationToken cancellationToken = default) => ExpectNoMsg(RemainingOrDefault, cancellationToken);

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) => ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) => MustBeNone(TakeOne(Dilated(duration), cancellationToken));

    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) => ExpectNoMsgAsync(RemainingOrDefault, cancellationToken);

    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) => ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public async ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        MustBeNone(await TakeOneAsync(Dilated(duration), cancellationToken).ConfigureAwait(false));

    private T Next<T>(TimeSpan? timeout, string? hint, Action<T, IActorRef>? check, CancellationToken cancellationToken)
    {
        var max = RemainingOrDilated(timeout);
        return Checked(TakeOne(max, cancellationToken), max, hint, check);
    }

    private async ValueTask<T> NextAsync<T>(TimeSpan? timeout, string? hint, Action<T, IActorRef>? check, CancellationToken cancellationToken)
    {
        var max = RemainingOrDilated(timeout);
        return Checked(await TakeOneAsync(max, cancellationToken).ConfigureAwait(false), max, hint, check);
    }

    private T Checked<T>(MessageEnvelope? envelope, TimeSpan max, string? hint, Action<T, IActorRef>? check)
    {
        if (envelope is null) Fail($"Failed: Timeout {max} while waiting for a message of type {typeof(T)} {hint}");
        if (envelope.Message is T fitting)
        {
            check?.Invoke(fitting, envelope.Sender);
            return fitting;
        }

        Fail($"Failed: Expected a message of type {typeof(T)}, but received {envelope} (type {envelope.Message.GetType()}) {hint}");
        return default;
    }

    private void MustEqual<T>(T expected, T actual, string? hint)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) Fail($"Expected {expected}, got {actual}. {hint}");
    }

    private void MustFit<T>(bool fits, T actual, string? hint)
    {
        if (!fits) Fail($"Got a message of the expected type <{typeof(T)}>, but it does not fit: {actual}. {hint}");
    }

    private void MustBeFrom(IActorRef expected, IActorRef actual, string? hint)
    {
        if (!expected.Equals(actual)) Fail($"Sender does not match: expected {expected}, got {actual}. {hint}");
    }

    private void MustBeNone(MessageEnvelope? envelope)
    {
        if (envelope is not null) Fail($"Failed: Expected no messages, received {envelope}");
    }
}
