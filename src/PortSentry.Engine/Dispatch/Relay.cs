namespace PortSentry.Engine.Dispatch;

/// <summary>
/// Turns that follow one another on one thread: the first actor that a message wakes has its turn there as soon as the message is
/// handled and no other waits. Handing it to another thread would take longer than most turns: 50 to 100 microseconds where a
/// processor has to be woken. All others that are woken go to the pool.
/// </summary>
internal sealed class Relay
{
    // Then the pool decides who is next: two actors that tell each other for ever must not keep a thread.
    private const int MostTurns = 16;

    [ThreadStatic]
    private static Relay? _own;

    private ActorCell? _next;
    private Offer? _offered;
    private bool _keeps;

    public static Relay Own => _own ??= new Relay();

    public bool HasNext => _next is not null;

    /// <summary>In a turn, or after <see cref="Keep"/>: keeps the actor for the next one. False elsewhere, or where one is kept already.</summary>
    public static bool TryTake(ActorCell cell)
    {
        if (_own is not { _keeps: true, _next: null } relay) return false;
        relay._next = cell;
        return true;
    }

    public static void Run(ActorCell first) => Own.Follow(first);

    /// <summary>Outside of a turn: the first actor that this thread wakes from now on waits until <see cref="RunNext"/> or <see cref="Pass"/>.</summary>
    public void Keep() => _keeps = true;

    /// <summary>Outside of a turn: whoever is kept has its turn now, and whom it wakes. Nobody is kept any more.</summary>
    public void RunNext()
    {
        _keeps = false;
        if (_next is not { } next) return;
        _next = null;
        Follow(next);
    }

    /// <summary>Something else is to be done first: who was kept goes to the pool, so that it does not wait for that.</summary>
    public void Pass()
    {
        if (_next is not { } next) return;
        _next = null;
        // The pool may take longer to wake than what is to be done first: then its turn is here after all.
        _offered = new Offer(next);
        _offered.Queue();
    }

    private void Follow(ActorCell first)
    {
        _keeps = true;
        var cell = first;
        for (var turns = 1; ; turns++)
        {
            cell.TakeTurn(this);
            if (turns == MostTurns || TakeNext() is not { } next) break;
            cell = next;
        }

        Pass();
        _offered = null;
        _keeps = false;
    }

    private ActorCell? TakeNext()
    {
        if (_next is not { } next) return _offered?.Take();
        _next = null;
        return next;
    }

    /// <summary>A turn that whoever comes first has: a thread of the pool, or the one that offered it.</summary>
    private sealed class Offer(ActorCell cell) : IThreadPoolWorkItem
    {
        private ActorCell? _cell = cell;

        public void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

        public ActorCell? Take() => Interlocked.Exchange(ref _cell, null);

        void IThreadPoolWorkItem.Execute()
        {
            if (Take() is { } cell) Run(cell);
        }
    }
}
