using PortSentry.Capture.Filter;
using PortSentry.Capture.LocalView;
using PortSentry.Capture.Packets;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Hocon;
using PortSentry.Daemon.Live;

namespace PortSentry.Daemon.Tests.Live;

public sealed class CapturePlanTests
{
    private static readonly NetworkLink[] Links =
    [
        new("lo", true, true, false), new("eth0", true, false, false), new("wg0", false, false, false), new("veth7", true, false, true),
    ];

    [Fact]
    public void Auto_is_all_that_are_up_but_loopback_and_ports_of_a_bridge() =>
        Assert.Equal(["eth0"], CapturePlan.Wanted(Load("portsentry.interfaces = [auto]"), Links, []));

    [Fact]
    public void One_that_went_down_stays_until_it_is_gone()
    {
        var options = Load("portsentry.interfaces = [auto]");
        Assert.Equal(["eth0", "wg0"], CapturePlan.Wanted(options, Links, ["wg0", "gone0"]));
    }

    [Fact]
    public void Where_nothing_is_up_yet_all_is_watched() =>
        Assert.Equal(["any"], CapturePlan.Wanted(Load("portsentry.interfaces = [auto]"), [Links[0]], []));

    [Fact]
    public void Named_interfaces_are_waited_for() =>
        Assert.Equal(["eth7"], CapturePlan.Wanted(Load("portsentry.interfaces = [eth7]"), Links, []));

    [Theory]
    [InlineData("198.51.100.0/24", "", true)]
    // The own address is in it: what others send us must be seen, although our neighbours are ignored.
    [InlineData("192.0.2.0/24", "", false)]
    [InlineData("192.0.2.1", "", false)]
    [InlineData("0.0.0.0/0", "", false)]
    // A network that we guard.
    [InlineData("198.51.100.0/24", "portsentry.home = [\"198.51.0.0/16\"]", false)]
    [InlineData("198.51.100.0/24", "portsentry.home = [\"198.51.100.7/32\"]", false)]
    [InlineData("198.51.100.0/24", "portsentry.home = any", false)]
    public void Ignored_prefix_leaves_in_the_kernel_only_where_nobody_guarded_is_in_it(string ignored, string configuration, bool leaves)
    {
        var plan = Plan(Load(configuration), [Prefix.Parse(ignored)], []);
        Assert.Equal(leaves, plan.Filter(LinkType.Ethernet).Contains(ignored, StringComparison.Ordinal));
    }

    [Fact]
    public void Newest_blocks_leave_in_the_kernel()
    {
        var blocked = Enumerable.Range(1, 100).Select(static i => Prefix.Parse($"203.0.113.{i}")).ToArray();
        var text = Plan(Load(""), [], blocked).Filter(LinkType.Ethernet);
        Assert.Contains("host 203.0.113.1 ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.99", text, StringComparison.Ordinal);
        using var filter = FilterExpression.Compile(LinkType.Ethernet, text);
        Assert.InRange(filter.Instructions.Length, 1, 4096);
    }

    [Fact]
    public void Busy_service_is_that_of_an_own_address()
    {
        var text = Plan(Load("portsentry.capture.busy-udp-ports = [53]"), [], []).Filter(LinkType.Ethernet);
        Assert.Contains("udp dst port 53 and dst host 192.0.2.1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", text, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => Load("portsentry.capture.busy-udp-ports = [\"1-17\"]"));
    }

    [Fact]
    public void Every_packet_of_a_gateway_is_let_through() =>
        Assert.Contains("or src host 192.0.2.254", Plan(Load(""), [], []).Filter(LinkType.Ethernet), StringComparison.Ordinal);

    private static CapturePlan Plan(PortSentryOptions options, IReadOnlyList<Prefix> ignored, IReadOnlyList<Prefix> blocked) => new(
        () => options, static () => [Address.LoopbackV4, Address.Parse("192.0.2.1")], () => ignored, most => [.. blocked.Take(most)], static () => [Address.Parse("192.0.2.254")]);

    private static PortSentryOptions Load(string text) =>
        ConfigurationLoader.Load(new HoconLoader(), [ConfigurationLoader.Reference(), new HoconSource("my.conf", text)]);
}
