namespace PortSentry.Capture.Sources.Rings;

/// <summary>
/// Says when to wake for each packet and when for a block of them. Each wake-up costs 5 to 10 microseconds of processor time,
/// which a quiet interface gladly pays for an answer within 0.1 ms and a flood does not.
/// </summary>
internal sealed class Pace
{
    /// <summary>Lower: a busy host waits up to a millisecond for each block. Higher: up to a fifth of a core goes into wake-ups.</summary>
    public const int BatchAbove = 20_000;

    /// <summary>Well below the other, so that it does not swing.</summary>
    public const int ImmediateBelow = 5_000;

    // Shorter: a page load looks like a flood. Longer: so long a flood pays for each packet.
    private const long Window = 5_000_000;

    // A flood with gaps of less than 0.2 s is one flood.
    private const int QuietWindows = 40;

    private long _start;
    private int _packets;
    private int _quiet;

    public bool IsBatch { get; private set; }

    /// <summary>How often it went from one to the other.</summary>
    public long Changes { get; private set; }

    /// <param name="now">Nanoseconds; only differences count.</param>
    /// <returns>True where <see cref="IsBatch"/> changed.</returns>
    public bool Count(int packets, long now)
    {
        _packets += packets;
        var elapsed = now - _start;
        if (elapsed is >= 0 and < Window) return false;
        var rate = elapsed > 0 ? _packets * 1_000_000_000L / elapsed : 0;
        _start = now;
        _packets = 0;
        _quiet = rate < ImmediateBelow ? _quiet + 1 : 0;
        if (IsBatch ? _quiet < QuietWindows : rate <= BatchAbove) return false;
        IsBatch = !IsBatch;
        Changes++;
        _quiet = 0;
        return true;
    }
}
