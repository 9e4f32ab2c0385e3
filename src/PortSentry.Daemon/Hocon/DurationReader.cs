namespace PortSentry.Daemon.Hocon;

/// <summary>HOCON.md "Duration format". A bare number is milliseconds; the resolution is 100 ns, below it is rounded to even.</summary>
public static class DurationReader
{
    public const string Valid = "a number and a unit: ns, us, ms, s, m, h or d (also written out: seconds, minutes, …), such as 50ms, 10m or 365d";

    public static bool TryRead(HoconValue value, out TimeSpan result)
    {
        result = default;
        if (!UnitsReader.TryRead(value, out var number, out var unit)) return false;
        decimal? ticks = unit switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
            "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
            "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
            "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
            "d" or "day" or "days" => TimeSpan.TicksPerDay,
            _ => null,
        };
        if (ticks is null || Math.Abs(number) > long.MaxValue / ticks.Value) return false;
        result = TimeSpan.FromTicks((long)Math.Round(number * ticks.Value));
        return true;
    }
}
