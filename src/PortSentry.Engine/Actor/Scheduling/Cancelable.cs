namespace PortSentry.Engine.Actor;

public interface ICancelable
{
    bool IsCancellationRequested { get; }

    CancellationToken Token { get; }

    void Cancel();

    void Cancel(bool throwOnFirstException);

    void CancelAfter(TimeSpan delay);

    void CancelAfter(int millisecondsDelay);
}

public class Cancelable(IActionScheduler scheduler) : ICancelable, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public Cancelable(IScheduler scheduler) : this(scheduler.Advanced) { }

    public Cancelable(IScheduler scheduler, TimeSpan delay) : this(scheduler) => CancelAfter(delay);

    public Cancelable(IScheduler scheduler, int millisecondsDelay) : this(scheduler, TimeSpan.FromMilliseconds(millisecondsDelay)) { }

    public bool IsCancellationRequested => _source.IsCancellationRequested;

    public CancellationToken Token => _source.Token;

    public bool IsDisposed { get; private set; }

    public void Cancel() => Cancel(false);

    public void Cancel(bool throwOnFirstException)
    {
        if (!IsDisposed) _source.Cancel(throwOnFirstException);
    }

    public void CancelAfter(TimeSpan delay) => scheduler.ScheduleOnce(delay, Cancel, this);

    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || IsDisposed) return;
        IsDisposed = true;
        _source.Dispose();
    }
}

public static class CancelableExtensions
{
    public static void CancelIfNotNull(this ICancelable? cancelable) => cancelable?.Cancel();
}

/// <summary>The engine's own: a flag, without the weight of a token source.</summary>
internal sealed class CancelFlag : ICancelable
{
    private volatile bool _cancelled;

    public bool IsCancellationRequested => _cancelled;

    public CancellationToken Token => throw new NotSupportedException("An engine timer has no token.");

    public void Cancel() => _cancelled = true;

    public void Cancel(bool throwOnFirstException) => _cancelled = true;

    public void CancelAfter(TimeSpan delay) => throw new NotSupportedException("An engine timer is cancelled at once.");

    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));
}
