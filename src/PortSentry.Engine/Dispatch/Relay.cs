namespace PortSentry.Engine.Dispatch;

/// <summary>
/// Turns that follow one another on one thread of the pool: the first actor that a message wakes has its turn there as soon as the message is
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
    private bool _runs;

    /// <summary>In a turn: keeps the actor for the next one. False outside of a turn, or where one is kept already.</summary>
    public static bool TryTake(ActorCell cell)
    {
        if (_own is not { _runs: true, _next: null } relay) return false;
        relay._next = cell;
        return true;
    }

    /// <summary>One more message is to be handled first: who was kept goes to the pool, so that it does not wait for that.</summary>
    public void Pass()
    {
        if (_next is not { } next) return;
        _next = null;
        next.Queue();
    }

    public static void Run(ActorCell first)
    {
        var relay = _own ??= new Relay();
        relay._runs = true;
        var cell = first;
        for (var turns = 1; ; turns++)
        {
            cell.TakeTurn(relay);
            if (relay._next is not { } next) break;
            if (turns == MostTurns)
            {
                relay.Pass();
                break;
            }

            relay._next = null;
            cell = next;
        }

        relay._runs = false;
    }
}
