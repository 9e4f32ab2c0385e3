using PortSentry.Core.Addresses;

namespace PortSentry.Responders;

/// <summary>Stands in front of a responder and says what it would do; the responder itself is asked for words only, never for deeds.</summary>
/// <param name="print">Takes one line.</param>
public sealed class DryRun(IBlockResponder inner, Action<string> print) : IBlockResponder
{
    public string Name => inner.Name;

    public bool First => inner.First;

    public bool Takes(BlockRequest request) => inner.Takes(request);

    public string Describe(BlockRequest request) => $"dry run: {inner.Describe(request)}";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => Say($"would install what {Name} needs");

    public ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop) =>
        Say($"would block {request.Target} {(request.Ttl is { } ttl ? $"for {ttl}" : "for good")} ({request.Reason}): {inner.Describe(request)}");

    public async ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop)
    {
        foreach (var request in requests) await BlockAsync(request, stop);
        return ResponderResult.Done;
    }

    public ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop) => Say($"would lift the block of {target}");

    /// <summary>Nothing is held, and what others left is not looked at: nothing to repair.</summary>
    public ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop) => ValueTask.FromResult<IReadOnlyList<Prefix>?>(null);

    public ValueTask<ResponderResult> FlushAsync(CancellationToken stop) => Say("would remove everything of ours");

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private ValueTask<ResponderResult> Say(string what)
    {
        print($"dry run: {Name}: {what}");
        return ValueTask.FromResult(ResponderResult.Done);
    }
}
