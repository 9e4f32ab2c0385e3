using PortSentry.Core.Detection;
using static PortSentry.Core.Tests.Detection.Facts;

namespace PortSentry.Core.Tests.Detection;

public sealed class SlowScanTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    [InlineData(180)]
    public void A_probe_every_so_many_minutes_adds_up(int minutes)
    {
        var state = Run(Enumerable.Range(0, 6).Select(i => Refused((ushort)(7000 + i), TimeSpan.FromMinutes(minutes * i))));
        Assert.Equal(ScanShape.Slow, state.Verdict?.Shape);
    }

    [Fact]
    public void A_failure_a_day_fades_before_the_next() =>
        Assert.Null(Run(Enumerable.Range(0, 30).Select(i => Refused((ushort)(7000 + i), TimeSpan.FromDays(i)))).Verdict);

    [Fact]
    public void Time_that_runs_backwards_changes_no_weight()
    {
        var state = Run(Refused(21, TimeSpan.FromDays(10)), Refused(22), Refused(23), Refused(24));
        Assert.NotNull(state.Verdict);
    }
}
