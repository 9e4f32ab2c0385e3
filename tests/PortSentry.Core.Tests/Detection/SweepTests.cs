using PortSentry.Core.Detection;
using static PortSentry.Core.Tests.Detection.Facts;

namespace PortSentry.Core.Tests.Detection;

public sealed class SweepTests
{
    [Fact]
    public void One_port_refused_by_ten_hosts_is_a_sweep()
    {
        var facts = Enumerable.Range(1, 10).Select(host => Refused(445, on: Host(host))).ToList();
        Assert.Null(Run(facts.Take(9)).Verdict);
        Assert.Equal(ScanShape.Sweep, Run(facts).Verdict?.Shape);
    }

    [Fact]
    public void A_port_each_of_many_hosts_is_no_scan() =>
        Assert.Null(Run(Enumerable.Range(1, 100).Select(host => Refused((ushort)(20000 + host), on: Host(host)))).Verdict);

    [Fact]
    public void Two_ports_each_of_several_hosts_are_a_block_scan()
    {
        var facts = Enumerable.Range(1, 4).SelectMany(host => new[] { Refused(7000, on: Host(host)), Refused(7001, on: Host(host)) });
        Assert.Equal(ScanShape.BlockScan, Run(facts).Verdict?.Shape);
    }

    [Fact]
    public void A_half_open_check_counts_half_in_a_sweep()
    {
        var facts = Enumerable.Range(1, 20).Select(host => Of(443, Outcome.HalfOpen, on: Host(host))).ToList();
        Assert.Null(Run(facts.Take(19)).Verdict);
        Assert.NotNull(Run(facts).Verdict);
    }
}
