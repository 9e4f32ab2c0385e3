using System.Diagnostics;

namespace PortSentry.EndToEnd.Lab;

/// <summary>Waiting for another process: real time, since the other side's clock cannot be turned.</summary>
internal static class Until
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>False where the condition did not come true in time.</summary>
    public static Task<bool> TrueAsync(Func<bool> condition, TimeSpan within) => TrueAsync(() => Task.FromResult(condition()), within);

    public static async Task<bool> TrueAsync(Func<Task<bool>> condition, TimeSpan within)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > within) return false;
            await Task.Delay(Step);
        }
        return true;
    }
}
