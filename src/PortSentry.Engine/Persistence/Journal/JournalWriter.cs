using System.Collections.Concurrent;

namespace PortSentry.Engine.Persistence.Journal;

/// <summary>
/// The one writer. Everything that waits goes into one transaction; while that commits, the next one gathers. So
/// the batch grows with the load and an event alone does not wait for company.
/// </summary>
internal sealed class JournalWriter(PersistenceSetup setup)
{
    // A store that fails this many single writes in a row is broken, not offended by one event.
    private const int BrokenAfter = 3;

    private readonly ConcurrentQueue<JournalRequest> _queue = new();
    private readonly ConcurrentDictionary<string, Barrier> _orphans = new();
    private readonly List<EventRecord> _batch = [];
    private readonly List<JournalRequest> _requests = [];
    private int _waiting;
    private int _running;

    public void Submit(JournalRequest request, ActorCell cell)
    {
        if (Interlocked.Add(ref _waiting, request.Weight) > setup.MaxWaiting)
        {
            request.HoldsActor = true;
            cell.Hold(ActorCell.HeldByJournal);
        }

        Enqueue(request);
    }

    /// <summary>
    /// An incarnation has ended while requests of its were under way: the next one must not read before they are done.
    /// Called before anyone learns of the end.
    /// </summary>
    public void Orphan(Eventsourced actor)
    {
        var barrier = new Barrier(actor, this);
        _orphans[actor.PersistenceId] = barrier;
        Enqueue(barrier);
    }

    /// <summary>Ends when no earlier incarnation has anything under way.</summary>
    public Task CatchUp(string persistenceId) =>
        _orphans.TryGetValue(persistenceId, out var barrier) ? barrier.Passed : Task.CompletedTask;

    public void Forget(Barrier barrier) => _orphans.TryRemove(new(barrier.Actor.PersistenceId, barrier));

    private void Enqueue(JournalRequest request)
    {
        _queue.Enqueue(request);
        if (Interlocked.CompareExchange(ref _running, 1, 0) == 0) _ = Task.Run(DrainAsync);
    }

    private async Task DrainAsync()
    {
        do
        {
            while (_queue.TryPeek(out var next))
            {
                if (next is WriteRequest) await WriteWaitingAsync().ConfigureAwait(false);
                else await RunNextAsync().ConfigureAwait(false);
            }

            Interlocked.Exchange(ref _running, 0);
        }
        while (!_queue.IsEmpty && Interlocked.CompareExchange(ref _running, 1, 0) == 0);
    }

    private async ValueTask RunNextAsync()
    {
        _queue.TryDequeue(out var request);
        await RunAloneAsync(request!).ConfigureAwait(false);
        request!.Answer();
    }

    private async ValueTask WriteWaitingAsync()
    {
        while (_batch.Count < setup.MaxBatch && _queue.TryPeek(out var next) && next is WriteRequest write)
        {
            _queue.TryDequeue(out _);
            write.AddTo(_batch);
            _requests.Add(write);
        }

        try
        {
            if (_batch.Count > 0) await setup.Store.WriteAsync(_batch, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (_requests.Count == 1) _requests[0].Failure = e;
            else await WriteOneByOneAsync().ConfigureAwait(false);
        }

        Interlocked.Add(ref _waiting, -_batch.Count);
        _batch.Clear();
        foreach (var request in _requests) request.Answer();
        _requests.Clear();
    }

    // One actor's event must not cost the others theirs.
    private async ValueTask WriteOneByOneAsync()
    {
        var failures = 0;
        Exception? last = null;
        foreach (var request in _requests)
        {
            if (failures >= BrokenAfter)
            {
                request.Failure = last;
                continue;
            }

            await RunAloneAsync(request).ConfigureAwait(false);
            if (request.Failure is { } failure and not EventRejectedException)
            {
                failures++;
                last = failure;
            }
            else
            {
                failures = 0;
            }
        }
    }

    private async ValueTask RunAloneAsync(JournalRequest request)
    {
        try
        {
            await request.RunAsync(setup.Store).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            request.Failure = e;
        }
    }
}
