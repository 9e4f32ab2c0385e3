using PortSentry.Core.Addresses;
using PortSentry.Responders;

namespace PortSentry.Daemon.Live;

/// <summary>Takes the blocks of a rehearsal, and does nothing with them.</summary>
internal sealed class RehearsalResponder(int expected) : IBlockResponder
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _blocks;

    /// <summary>Ends when so many blocks were asked for.</summary>
    public Task All => _all.Task;

    public string Name => "rehearsal";

    public string Describe(BlockRequest request) => $"{request.Target}";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => new(ResponderResult.Done);

    public ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop)
    {
        if (Interlocked.Increment(ref _blocks) == expected) _all.SetResult();
        return new(ResponderResult.Done);
    }

    public ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop) => new(ResponderResult.Done);

    public ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop) => new(ResponderResult.Done);

    public ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop) => new((IReadOnlyList<Prefix>?)null);

    public ValueTask<ResponderResult> FlushAsync(CancellationToken stop) => new(ResponderResult.Done);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
