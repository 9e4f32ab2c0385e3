using System.Globalization;

namespace PortSentry.Core;

/// <summary>A moment in nanoseconds since the Unix epoch, UTC: what a capture stamps and the journal keeps.</summary>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    public static Instant From(DateTimeOffset time) => new((time - DateTimeOffset.UnixEpoch).Ticks * 100);

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddTicks(Nanoseconds / 100);

    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public static Instant operator +(Instant left, TimeSpan right) => new(left.Nanoseconds + (right.Ticks * 100));

    public static Instant operator -(Instant left, TimeSpan right) => new(left.Nanoseconds - (right.Ticks * 100));

    public static TimeSpan operator -(Instant left, Instant right) => TimeSpan.FromTicks((left.Nanoseconds - right.Nanoseconds) / 100);

    public static bool operator <(Instant left, Instant right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Instant left, Instant right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Instant left, Instant right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Instant left, Instant right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>ISO 8601 with milliseconds and Z.</summary>
    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
