using System.Collections.Concurrent;

namespace PortSentry.Actors.Tests;

public sealed class LookoutTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Action> _heard = [];
    private readonly FakeTurns _turns = new();
    private readonly Lookout _lookout;

    public LookoutTests()
    {
        _turns.OnPassed = static action => Task.Run(action);
        _lookout = new Lookout("lookout", Listen, _turns);
        _lookout.Start();
    }

    public void Dispose()
    {
        _heard.CompleteAdding();
        _lookout.Join();
        _heard.Dispose();
        _turns.Dispose();
    }

    [Fact]
    public async Task While_one_does_what_it_heard_the_other_listens()
    {
        using var heardAgain = new ManualResetEventSlim();
        var rounds = 0;
        int listener;
        do
        {
            heardAgain.Reset();
            var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            _heard.Add(() => done.SetResult(heardAgain.Wait(Patience) ? Environment.CurrentManagedThreadId : 0));
            _heard.Add(heardAgain.Set);
            listener = await done.Task.WaitAsync(Patience);
            // The first time the other may not have come to its post yet.
        }
        while (!_turns.Listeners.Contains(listener) && ++rounds < 10);

        Assert.True(rounds < 10);
    }

    [Fact]
    public void The_post_is_not_left_while_the_other_is_away()
    {
        using var home = new ManualResetEventSlim();
        using var passed = new CountdownEvent(2);
        _turns.OnPassed = _ => passed.Signal();
        _heard.Add(() => home.Wait(Patience));
        // Neither of these has the other to go in its place.
        _heard.Add(static () => { });
        _heard.Add(static () => { });
        Assert.True(passed.Wait(Patience));
        home.Set();
    }

    [Fact]
    public void Who_does_what_it_heard_can_wait_for_the_end_of_the_other()
    {
        using var ended = new ManualResetEventSlim();
        _heard.Add(() =>
        {
            _heard.CompleteAdding();
            _lookout.Join();
            ended.Set();
        });
        Assert.True(ended.Wait(Patience));
    }

    // What is heard is to be done by whoever it wakes.
    private bool Listen()
    {
        while (true)
        {
            if (_lookout.IsRelieved()) return true;
            if (!_heard.TryTake(out var next, Timeout.Infinite)) return false;
            _turns.Wake(next);
        }
    }

    private sealed class FakeTurns : IOwnTurns, IDisposable
    {
        private readonly ThreadLocal<Action?> _kept = new();

        public Action<Action>? OnPassed { get; set; }

        public ConcurrentBag<int> Listeners { get; } = [];

        public bool IsAnyKept => _kept.Value is not null;

        public void Wake(Action action) => _kept.Value = action;

        public void Keep() => Listeners.Add(Environment.CurrentManagedThreadId);

        public void Pass()
        {
            var action = _kept.Value!;
            _kept.Value = null;
            OnPassed?.Invoke(action);
        }

        public void Run()
        {
            var action = _kept.Value;
            _kept.Value = null;
            action?.Invoke();
        }

        public void Dispose() => _kept.Dispose();
    }
}
