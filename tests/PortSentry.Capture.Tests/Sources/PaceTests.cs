using PortSentry.Capture.Sources.Rings;

namespace PortSentry.Capture.Tests.Sources;

public sealed class PaceTests
{
    private const long Millisecond = 1_000_000;

    [Fact]
    public void Flood_is_taken_in_batches_within_ten_milliseconds()
    {
        var pace = new Pace();
        pace.Count(0, 100 * Millisecond);
        for (var at = 101; at <= 110; at++) pace.Count(500, at * Millisecond);
        Assert.True(pace.IsBatch);
    }

    [Fact]
    public void Page_load_is_no_flood()
    {
        var pace = new Pace();
        pace.Count(0, 100 * Millisecond);
        // 60 packets at once, ten times a second.
        for (var at = 101; at <= 2000; at++) pace.Count(at % 100 == 0 ? 60 : 0, at * Millisecond);
        Assert.Equal(0, pace.Changes);
    }

    [Fact]
    public void Flood_with_short_gaps_stays_one_flood_and_ends_when_it_is_over()
    {
        var pace = new Pace();
        pace.Count(0, 100 * Millisecond);
        var at = 100L;
        for (var burst = 0; burst < 20; burst++)
        {
            for (var i = 0; i < 50; i++) pace.Count(500, ++at * Millisecond);
            for (var i = 0; i < 100; i++) pace.Count(0, ++at * Millisecond);
        }

        Assert.Equal(1, pace.Changes);
        for (var i = 0; i < 300; i++) pace.Count(1, ++at * Millisecond);
        Assert.False(pace.IsBatch);
        Assert.Equal(2, pace.Changes);
    }

    [Fact]
    public void Clock_set_back_is_survived()
    {
        var pace = new Pace();
        pace.Count(1_000_000, 10_000 * Millisecond);
        pace.Count(1_000_000, 1_000 * Millisecond);
        for (var at = 1001; at <= 1010; at++) pace.Count(500, at * Millisecond);
        Assert.True(pace.IsBatch);
    }
}
