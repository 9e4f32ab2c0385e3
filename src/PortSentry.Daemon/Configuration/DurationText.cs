using System.Globalization;

namespace PortSentry.Daemon.Configuration;

/// <summary>A duration in the largest unit that leaves it whole: 12h, 90s, 50ms.</summary>
internal static class DurationText
{
    private static readonly (long Ticks, string Unit)[] Units =
    [
        (TimeSpan.TicksPerDay, "d"), (TimeSpan.TicksPerHour, "h"), (TimeSpan.TicksPerMinute, "m"), (TimeSpan.TicksPerSecond, "s"),
        (TimeSpan.TicksPerMillisecond, "ms"), (TimeSpan.TicksPerMicrosecond, "us"),
    ];

    public static string Of(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        foreach (var (ticks, unit) in Units)
            if (duration.Ticks % ticks == 0) return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks}{unit}");
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks * 100}ns");
    }
}
