using PortSentry.Responders;

namespace PortSentry.Actors.Tests.Notices;

/// <summary>Remembers what it was told; fails and hangs when told to.</summary>
internal sealed class FakeReporter(string name) : INoticeResponder
{
    private readonly List<string> _told = [];
    private volatile TaskCompletionSource? _hanging;

    public string Name => name;

    public ResponderResult? Fault { get; set; }

    public IReadOnlyList<string> Told
    {
        get { lock (_told) return [.. _told]; }
    }

    public void Hang() => _hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn()
    {
        var hanging = _hanging;
        _hanging = null;
        hanging?.TrySetResult();
    }

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => ValueTask.FromResult(Fault ?? ResponderResult.Done);

    public async ValueTask<ResponderResult> NotifyAsync(Notice notice, CancellationToken stop)
    {
        if (_hanging is { } hanging) await hanging.Task;
        if (Fault is { } fault) return fault;
        lock (_told) _told.Add(notice.Text);
        return ResponderResult.Done;
    }

    public bool IsDisposed { get; private set; }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
