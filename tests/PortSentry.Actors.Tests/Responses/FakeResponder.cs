using PortSentry.Core.Addresses;
using PortSentry.Responders;

namespace PortSentry.Actors.Tests.Responses;

/// <summary>Holds blocks in memory, and fails, hangs or throws when told to.</summary>
internal sealed class FakeResponder(string name = "fake") : IBlockResponder
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Prefix, TimeSpan?> _held = [];
    private readonly List<string> _calls = [];
    private volatile TaskCompletionSource<ResponderResult>? _hanging;

    public string Name => name;

    public bool First { get; init; }

    /// <summary>Nobody can tell what it holds.</summary>
    public bool IsBlind { get; init; }

    /// <summary>What every call answers from now on; null is success.</summary>
    public ResponderResult? Fault { get; set; }

    /// <summary>What the next mending answers; null where nothing is amiss.</summary>
    public ResponderResult? Damage { get; set; }

    public event Action? Disturbed;

    /// <summary>The kernel says that somebody touched what is ours.</summary>
    public void Disturb() => Disturbed?.Invoke();

    public ResponderResult? StartFault { get; set; }

    public Exception? Thrown { get; set; }

    public IReadOnlyCollection<Prefix> Held
    {
        get { lock (_lock) return [.. _held.Keys]; }
    }

    public IReadOnlyList<string> Calls
    {
        get { lock (_lock) return [.. _calls]; }
    }

    public TimeSpan? TimeToLive(string target)
    {
        lock (_lock) return _held[Prefix.Parse(target)];
    }

    public void Hang() => _hanging = new TaskCompletionSource<ResponderResult>(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn()
    {
        var hanging = _hanging;
        _hanging = null;
        hanging?.TrySetResult(ResponderResult.Done);
    }

    /// <summary>Somebody else takes everything away, or puts something in.</summary>
    public void Tamper(Action<Dictionary<Prefix, TimeSpan?>> change)
    {
        lock (_lock) change(_held);
    }

    public string Describe(BlockRequest request) => $"attackalert: Host {request.Target} has been blocked via {name}";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => StartFault is { } fault ? ValueTask.FromResult(fault) : Do("start", static _ => { });

    public ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop) => Do($"block {request.Target}", held => held[request.Target] = request.Ttl);

    public ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop) => Do($"block {requests.Count}", held =>
    {
        foreach (var request in requests) held[request.Target] = request.Ttl;
    });

    public ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop) => Do($"unblock {target}", held => held.Remove(target));

    public ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop) => ValueTask.FromResult<IReadOnlyList<Prefix>?>(IsBlind ? null : [.. Held]);

    public ValueTask<ResponderResult?> MendAsync(CancellationToken stop)
    {
        var damage = Damage;
        Damage = null;
        return ValueTask.FromResult(damage);
    }

    public ValueTask<ResponderResult> FlushAsync(CancellationToken stop) => Do("flush", static held => held.Clear());

    public ValueTask DisposeAsync()
    {
        lock (_lock) _calls.Add("dispose");
        return ValueTask.CompletedTask;
    }

    private async ValueTask<ResponderResult> Do(string what, Action<Dictionary<Prefix, TimeSpan?>> change)
    {
        lock (_lock) _calls.Add(what);
        if (_hanging is { } hanging) await hanging.Task;
        if (Thrown is { } thrown) throw thrown;
        if (Fault is { } fault) return fault;
        lock (_lock) change(_held);
        return ResponderResult.Done;
    }
}
