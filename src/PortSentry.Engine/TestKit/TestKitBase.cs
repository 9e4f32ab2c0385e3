using PortSentry.Engine.Actor.Setup;

namespace PortSentry.Engine.TestKit;

/// <summary>A test's view of an actor system: a test actor to send to, expectations on what it gets, and waiting.</summary>
public abstract class TestKitBase : TestKitExpecting
{
    private protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system, ActorSystemSetup? setup, string? systemName = null, string? actorName = null)
        : base(assertions, system, setup, systemName, actorName) { }

    /// <summary>Messages that it answers true to never reach the test.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => TestActor.Tell(new InternalTestActor.SetIgnore(shouldIgnoreMessage), ActorRefs.NoSender);

    public void IgnoreMessages<TMsg>() => IgnoreMessages(static message => message is TMsg);

    public void IgnoreNoMessages() => TestActor.Tell(new InternalTestActor.SetIgnore(null), ActorRefs.NoSender);

    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new InternalTestActor.SetPilot(pilot), ActorRefs.NoSender);

    public IActorRef Watch(IActorRef actorToWatch)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TestActor.Tell(new InternalTestActor.WatchFor(actorToWatch, done), ActorRefs.NoSender);
        done.Task.Wait(RemainingOrDefault);
        return actorToWatch;
    }

    public Task<IActorRef> WatchAsync(IActorRef actorToWatch) => Task.FromResult(Watch(actorToWatch));

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TestActor.Tell(new InternalTestActor.UnwatchFor(actorToUnwatch, done), ActorRefs.NoSender);
        done.Task.Wait(RemainingOrDefault);
        return actorToUnwatch;
    }

    /// <summary>Makes an actor whose parent is this kit's test actor.</summary>
    public IActorRef ChildActorOf(Props props, string? name = null, CancellationToken cancellationToken = default)
    {
        var done = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        TestActor.Tell(new InternalTestActor.Spawn(props, name, done), ActorRefs.NoSender);
        done.Task.Wait(cancellationToken);
        return done.Task.Result;
    }

    public virtual TestProbe CreateTestProbe(string? name = null) => new(Sys, Assertions, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, Assertions, name);

    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertAsync(() => { assertion(); return Task.CompletedTask; }, duration, interval, cancellationToken).GetAwaiter().GetResult();

    public Task AwaitAssertAsync(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertAsync(() => { assertion(); return Task.CompletedTask; }, duration, interval, cancellationToken);

    /// <summary>Tries again until it does not throw; the last exception is the test's when time is up.</summary>
    public async Task AwaitAssertAsync(Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var end = Now + RemainingOrDilated(duration);
        while (true)
        {
            try
            {
                await assertion().ConfigureAwait(false);
                return;
            }
            catch (Exception) when (Now < end)
            {
                await Task.Delay(interval ?? TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) => AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) => AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) => AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(() => Task.FromResult(conditionIsFulfilled()), max, interval, message, cancellationToken).GetAwaiter().GetResult();

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(() => Task.FromResult(conditionIsFulfilled()), max, null, null, cancellationToken);

    public async Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default)
    {
        var end = Now + RemainingOrDilated(max);
        while (!await conditionIsFulfilled().ConfigureAwait(false))
        {
            if (Now > end) Fail($"Timeout while waiting for a condition. {message}");
            await Task.Delay(interval ?? TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
        }
    }

    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    public void Within(TimeSpan min, TimeSpan max, Action action, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(min, max, () => { action(); return 0; }, hint, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <summary>The block, and every expectation in it, must end within the time, and not before <paramref name="min"/>.</summary>
    public T Within<T>(TimeSpan min, TimeSpan max, Func<T> function, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        var before = End;
        var start = Now;
        End = start + Dilated(max) is var end && before < end ? before : end;
        try
        {
            var result = function();
            var took = Now - start;
            if (took < min) Fail($"Failed: Block took {took}, should have at least been {min}. {hint}");
            if (took > Dilated(max) + (epsilonValue ?? TimeSpan.Zero)) Fail($"Failed: Block took {took}, exceeding {max}. {hint}");
            return result;
        }
        finally
        {
            End = before;
        }
    }

    /// <summary>Terminates the system and waits for it.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var ended = Sys.Terminate().Wait(duration ?? Dilated(TestKitSettings.DefaultTimeout));
        if (!ended && verifySystemShutdown) throw new TimeoutException($"Failed to stop [{Sys.Name}] within time.");
    }
}
