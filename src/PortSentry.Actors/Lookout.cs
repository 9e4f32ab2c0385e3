namespace PortSentry.Actors;

/// <summary>
/// Two threads that listen in turns. Who has heard something leaves the post to the other, and has the turn of the actor that he told of it
/// himself: waking a thread of the pool for it takes 50 to 100 microseconds where a processor sleeps. The post is never left empty: while
/// the other is away, the pool has the turn. So whoever listens waits for no actor.
/// </summary>
public sealed class Lookout
{
    private readonly Func<bool> _listen;
    private readonly IOwnTurns? _turns;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _post = new(1);
    private int _resting;
    private bool _ended;

    /// <param name="listen">Ends when <see cref="IsRelieved"/> says so, with true; with false it is over.</param>
    /// <param name="turns">Null where the engine has none: then one thread listens all the time.</param>
    public Lookout(string name, Func<bool> listen, IOwnTurns? turns)
    {
        (_listen, _turns) = (listen, turns);
        _threads = new Thread[turns is null ? 1 : 2];
        for (var i = 0; i < _threads.Length; i++) _threads[i] = new Thread(Run) { Name = name, IsBackground = true };
    }

    public void Start()
    {
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>Asked by who listens, after each batch of what was heard: whether he is to leave. In a flood there is always more to hear, and who is kept must not wait for its end.</summary>
    public bool IsRelieved()
    {
        if (_turns is not { IsAnyKept: true }) return false;
        if (Volatile.Read(ref _resting) > 0) return true;
        _turns.Pass();
        return false;
    }

    /// <summary>Waits until nobody listens any more, and the threads have ended: but for the caller's own, which does an actor's work then.</summary>
    public void Join()
    {
        foreach (var thread in _threads)
            if (thread != Thread.CurrentThread) thread.Join();
    }

    private void Run()
    {
        while (!_ended)
        {
            Interlocked.Increment(ref _resting);
            _post.Wait();
            Interlocked.Decrement(ref _resting);
            if (!_ended)
            {
                _turns?.Keep();
                _ended = !_listen();
            }
            _post.Release();
            _turns?.Run();
        }
    }
}
