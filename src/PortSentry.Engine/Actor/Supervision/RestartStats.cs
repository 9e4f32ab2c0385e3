namespace PortSentry.Engine.Actor;

/// <summary>How often a child was restarted, counted as Akka.NET does: a window opens at a failure and the count starts anew in the next.</summary>
internal sealed class RestartStats
{
    private int _count;
    private TimeSpan? _windowStart;

    /// <param name="maxRetries">-1: no limit. 0: none.</param>
    /// <param name="withinMilliseconds">0 or less: one window for ever.</param>
    public bool RequestPermission(TimeSpan now, int maxRetries, int withinMilliseconds)
    {
        if (maxRetries == 0) return false;
        if (withinMilliseconds <= 0)
        {
            if (maxRetries < 0) return true;
            _count++;
            return _count <= maxRetries;
        }

        // A window without a number of retries allows one, as in Akka.NET.
        var limit = maxRetries < 0 ? 1 : maxRetries;
        _windowStart ??= now;
        if (now - _windowStart.Value <= TimeSpan.FromMilliseconds(withinMilliseconds))
        {
            _count++;
            return _count <= limit;
        }

        _count = 1;
        _windowStart = now;
        return true;
    }
}
