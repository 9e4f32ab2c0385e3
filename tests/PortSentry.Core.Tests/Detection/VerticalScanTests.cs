using PortSentry.Core.Detection;
using static PortSentry.Core.Tests.Detection.Facts;

namespace PortSentry.Core.Tests.Detection;

public sealed class VerticalScanTests
{
    [Fact]
    public void Fourth_closed_port_in_a_row_is_a_scan()
    {
        var three = Run(Refused(21), Refused(22), Refused(23));
        Assert.Null(three.Verdict);

        var four = Run(three, [Refused(24)]);
        Assert.Equal(ScanShape.Vertical, four.Verdict?.Shape);
        Assert.Equal(4, four.Verdict?.Ports);
        Assert.Equal(ProbeKind.TcpSyn, Assert.Single(four.Verdict!.Kinds.AsEnumerable()));
    }

    [Fact]
    public void The_ratio_is_the_product_of_the_papers_factors()
    {
        var state = Run(Refused(21), Refused(22));
        Assert.Equal(16, Math.Exp(state.LogRatio), 6);
    }

    [Fact]
    public void The_same_port_again_and_again_is_no_scan()
    {
        var state = Run(Enumerable.Range(0, 60).Select(i => Refused(8443, TimeSpan.FromSeconds(i))));
        Assert.Null(state.Verdict);
        Assert.Equal(1, state.Facts);
    }

    [Fact]
    public void Successes_speak_for_a_source()
    {
        var state = Run(Refused(21, credit: 3), Refused(22), Refused(23), Refused(24));
        Assert.Null(state.Verdict);
    }

    [Fact]
    public void Old_successes_cannot_hide_a_scan_for_ever()
    {
        var state = Run(Enumerable.Range(1, 8).Select(port => Refused((ushort)port, credit: (byte)(port == 1 ? 255 : 0))));
        Assert.NotNull(state.Verdict);
    }

    [Theory]
    [InlineData(ProbeKind.TcpNull)]
    [InlineData(ProbeKind.TcpXmas)]
    [InlineData(ProbeKind.TcpFin)]
    [InlineData(ProbeKind.TcpOther)]
    public void One_probe_that_no_stack_sends_is_enough(ProbeKind kind) =>
        Assert.NotNull(Run(Of(80, Outcome.Odd, kind: kind)).Verdict);

    [Fact]
    public void A_damaged_odd_packet_is_only_one_strike() =>
        Assert.Null(Run(Of(80, Outcome.Odd, kind: ProbeKind.TcpNull, traits: Traits.BadChecksum)).Verdict);

    [Fact]
    public void One_way_silence_needs_breadth()
    {
        var facts = Enumerable.Range(1, 40).Select(port => Of((ushort)port, Outcome.OneWay)).ToList();
        Assert.Null(Run(facts.Take(5)).Verdict);
        Assert.NotNull(Run(facts.Take(6)).Verdict);
    }

    [Fact]
    public void A_mail_client_that_guesses_its_server_is_no_scanner() =>
        Assert.Null(Run(new ushort[] { 25, 110, 143, 465, 587, 993, 995 }.Select(port => Refused(port, kind: ProbeKind.TcpConnect))).Verdict);

    [Fact]
    public void Mail_ports_asked_by_a_tool_are_a_scan() =>
        Assert.NotNull(Run(new ushort[] { 25, 110, 143, 465 }.Select(port => Refused(port, kind: ProbeKind.TcpSyn))).Verdict);

    [Fact]
    public void Two_trap_ports_are_a_scan()
    {
        var one = Run(Of(79, Outcome.Refused, traits: Traits.Trap));
        Assert.Null(one.Verdict);
        Assert.NotNull(Run(one, [Of(111, Outcome.Refused, traits: Traits.Trap)]).Verdict);
    }

    [Fact]
    public void An_abandoned_health_check_is_neutral() =>
        Assert.Null(Run(Enumerable.Range(1, 50).Select(port => Of((ushort)port, Outcome.Abandoned, kind: ProbeKind.TcpConnect))).Verdict);
}
