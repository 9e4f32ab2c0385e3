using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Classic;

/// <summary>SCAN_TRIGGER in the terms of the sequential test: trigger N answers at touch N + 1, whatever else the source does.</summary>
public sealed class ClassicTriggerTests
{
    private static readonly Address Scanner = Address.Parse("192.0.2.1");
    private static readonly Address Host = Address.Parse("198.51.100.1");
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));

    public static TheoryData<int> Triggers => [0, 1, 2, 3, 4, 10, 49, 200];

    [Theory]
    [MemberData(nameof(Triggers))]
    public void Trigger_N_answers_at_touch_N_plus_1(int trigger)
    {
        Assert.False(IsScanner(trigger, Touches(trigger)));
        Assert.True(IsScanner(trigger, Touches(trigger + 1)));
    }

    [Theory]
    [MemberData(nameof(Triggers))]
    public void Successes_speak_for_nobody(int trigger) =>
        Assert.True(IsScanner(trigger, Touches(trigger + 1).Select(static fact => fact with { Credit = 8 })));

    [Fact]
    public void Ports_of_one_service_family_count_each() =>
        Assert.True(IsScanner(2, new ushort[] { 25, 110, 143 }.Select(static (port, i) => Touch(port, i))));

    [Fact]
    public void Touches_of_several_of_our_addresses_count_together() =>
        Assert.True(IsScanner(1, [Touch(111, 0), Touch(143, 1) with { Destination = Address.Parse("198.51.100.2") }]));

    [Fact]
    public void Three_touches_of_trigger_2_may_lie_a_month_apart() =>
        Assert.True(IsScanner(2, Enumerable.Range(1, 3).Select(static i => Touch((ushort)i, i * 30L * 86_400))));

    [Fact]
    public void One_port_again_and_again_is_one_touch() =>
        Assert.False(IsScanner(1, Enumerable.Range(0, 20).Select(static i => Touch(143, i * 7200))));

    [Theory]
    [InlineData(ProbeKind.TcpSyn)]
    [InlineData(ProbeKind.TcpNull)]
    [InlineData(ProbeKind.TcpXmas)]
    [InlineData(ProbeKind.Udp)]
    public void A_thousand_other_ports_are_no_touch(ProbeKind kind) =>
        Assert.False(IsScanner(0, Enumerable.Range(2000, 1000).Select(i => Touch((ushort)i, i) with { Kind = kind, Traits = Traits.None })));

    [Theory]
    [InlineData(ProbeKind.TcpSyn, Outcome.Refused, 0x02, true)]
    [InlineData(ProbeKind.TcpFin, Outcome.Odd, 0x01, true)]
    [InlineData(ProbeKind.TcpNull, Outcome.Odd, 0, true)]
    [InlineData(ProbeKind.TcpConnect, Outcome.Trapped, 0, true)]
    [InlineData(ProbeKind.Udp, Outcome.Unserved, 0, true)]
    [InlineData(ProbeKind.TcpOther, Outcome.Odd, 0x03, true)]
    [InlineData(ProbeKind.TcpOther, Outcome.Odd, 0x14, false)]
    [InlineData(ProbeKind.TcpAck, Outcome.Refused, 0x10, false)]
    [InlineData(ProbeKind.TcpMaimon, Outcome.Refused, 0x11, false)]
    [InlineData(ProbeKind.TcpSyn, Outcome.Served, 0x02, false)]
    public void Packets_with_ACK_or_RST_and_what_is_served_are_no_touch(ProbeKind kind, Outcome outcome, byte flags, bool isTouch) =>
        Assert.Equal(isTouch, IsScanner(0, [Touch(143, 0) with { Kind = kind, Outcome = outcome, TcpFlags = flags }]));

    [Fact]
    public void The_classic_profile_answers_no_networks_and_knows_its_mode_words()
    {
        var options = Load("portsentry { profile = classic, classic { tcp-mode = tcp, udp-mode = audp, block-tcp = all } }");
        Assert.False(options.Gate.JudgesNeighbours);
        Assert.Equal("tcp", options.Response.ModeOf(IpProtocol.Tcp));
        Assert.Equal("audp", options.Response.ModeOf(IpProtocol.Udp));
        Assert.Equal([IpProtocol.Udp], options.Response.LogOnly);
    }

    private static IEnumerable<Fact> Touches(int count) => Enumerable.Range(1, count).Select(static i => Touch((ushort)i, i));

    private static Fact Touch(ushort port, long second) => new(
        Scanner, Host, IpProtocol.Tcp, port, ProbeKind.TcpSyn, Outcome.Refused, Traits.Trap, TcpFlags: 2, Proven: false, Credit: 0, Packets: 1,
        Start + TimeSpan.FromSeconds(second), Start + TimeSpan.FromSeconds(second));

    private static bool IsScanner(int trigger, IEnumerable<Fact> facts)
    {
        var policy = Load($"portsentry {{ profile = classic, classic.scan-trigger = {trigger} }}").Detection;
        var state = SourceState.Initial;
        foreach (var fact in facts)
            foreach (var happened in SourceDecider.Decide(state, fact, policy)) state = SourceDecider.Apply(state, happened);
        return state.IsScanner;
    }

    private static PortSentryOptions Load(string text) =>
        ConfigurationLoader.Load(new HoconLoader(), [ConfigurationLoader.Reference(), new HoconSource("my.conf", text)]);
}
