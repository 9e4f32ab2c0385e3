using System.Collections.Concurrent;

namespace PortSentry.Engine.TestKit;

/// <summary>The messages a test has not looked at yet.</summary>
#pragma warning disable CA1001 // The semaphore's wait handle is never asked for: there is nothing to dispose.
internal sealed class TestInbox
#pragma warning restore CA1001
{
    private readonly ConcurrentQueue<MessageEnvelope> _queue = new();
    private readonly SemaphoreSlim _count = new(0);

    public bool HasMessages => !_queue.IsEmpty;

    public void Add(MessageEnvelope envelope)
    {
        _queue.Enqueue(envelope);
        _count.Release();
    }

    public MessageEnvelope? Take(TimeSpan max, CancellationToken cancellationToken) =>
        _count.Wait(Bounded(max), cancellationToken) && _queue.TryDequeue(out var envelope) ? envelope : null;

    public async ValueTask<MessageEnvelope?> TakeAsync(TimeSpan max, CancellationToken cancellationToken) =>
        await _count.WaitAsync(Bounded(max), cancellationToken).ConfigureAwait(false) && _queue.TryDequeue(out var envelope) ? envelope : null;

    private static TimeSpan Bounded(TimeSpan max) =>
        max == Timeout.InfiniteTimeSpan ? max : max < TimeSpan.Zero ? TimeSpan.Zero : max.TotalMilliseconds > int.MaxValue ? Timeout.InfiniteTimeSpan : max;
}
