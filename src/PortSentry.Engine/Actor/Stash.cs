namespace PortSentry.Engine.Actor;

public interface IStash
{
    int Count { get; }

    bool IsEmpty { get; }

    bool NonEmpty { get; }

    bool IsFull { get; }

    /// <summary>-1: no limit.</summary>
    int Capacity { get; }

    /// <summary>Sets the current message aside.</summary>
    /// <exception cref="IllegalActorStateException">It is set aside already.</exception>
    void Stash();

    void Unstash();

    /// <summary>Puts all messages back, in their order, before everything that waits in the mailbox.</summary>
    void UnstashAll();

    void UnstashAll(Func<Envelope, bool> predicate);

    IEnumerable<Envelope> ClearStash();

    void Prepend(IEnumerable<Envelope> envelopes);
}

public interface IActorStash
{
    IStash Stash { get; set; }
}

public interface IWithStash : IActorStash;

public interface IWithUnboundedStash : IActorStash;

internal sealed class ActorStash(ActorCell cell) : IStash
{
    private readonly LinkedList<Envelope> _stashed = new();
    private object? _lastMessage;
    private IActorRef? _lastSender;

    public int Count => _stashed.Count;

    public bool IsEmpty => _stashed.Count == 0;

    public bool NonEmpty => _stashed.Count > 0;

    public bool IsFull => false;

    public int Capacity => -1;

    private LinkedList<Envelope> Front => cell.Extras.Front ??= new LinkedList<Envelope>();

    public void Stash()
    {
        var message = cell.CurrentMessage ?? throw new IllegalActorStateException("There is no current message to stash.");
        if (NonEmpty && ReferenceEquals(message, _lastMessage) && ReferenceEquals(cell.CurrentSender, _lastSender))
            throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
        _lastMessage = message;
        _lastSender = cell.CurrentSender;
        _stashed.AddLast(new Envelope(message, cell.CurrentSender));
    }

    public void Unstash()
    {
        if (_stashed.First is not { } first) return;
        _stashed.RemoveFirst();
        Front.AddFirst(first.Value);
        Forget();
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        if (IsEmpty) return;
        for (var last = _stashed.Last; last is not null; last = last.Previous)
        {
            if (predicate(last.Value)) Front.AddFirst(last.Value);
        }

        _stashed.Clear();
        Forget();
    }

    public IEnumerable<Envelope> ClearStash()
    {
        Envelope[] all = [.. _stashed];
        _stashed.Clear();
        Forget();
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        LinkedListNode<Envelope>? last = null;
        foreach (var envelope in envelopes) last = last is null ? _stashed.AddFirst(envelope) : _stashed.AddAfter(last, envelope);
    }

    private void Forget()
    {
        _lastMessage = null;
        _lastSender = null;
    }
}
