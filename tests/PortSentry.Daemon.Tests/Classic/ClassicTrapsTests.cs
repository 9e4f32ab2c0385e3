using PortSentry.Core;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Classic;

public sealed class ClassicTrapsTests
{
    [Fact]
    public void Stealth_mode_traps_the_listed_ports()
    {
        var traps = ClassicTraps.Of(Load("tcp-mode = stcp, udp-mode = off, tcp-ports = [1, \"10-12\"], udp-ports = [7]"));
        Assert.True(traps.Contains(IpProtocol.Tcp, 1));
        Assert.True(traps.Contains(IpProtocol.Tcp, 12));
        Assert.False(traps.Contains(IpProtocol.Tcp, 13));
        Assert.False(traps.Contains(IpProtocol.Udp, 7));
    }

    [Fact]
    public void Advanced_mode_traps_every_port_below_the_limit_but_the_excluded()
    {
        var traps = ClassicTraps.Of(Load("tcp-mode = atcp, udp-mode = audp, advanced.tcp { below = 1024, exclude = [113, \"137-139\"] }, advanced.udp { below = 65536, exclude = [] }"));
        Assert.Equal(1023 - 4, Enumerable.Range(0, 65536).Count(port => traps.Contains(IpProtocol.Tcp, (ushort)port)));
        Assert.False(traps.Contains(IpProtocol.Tcp, 138));
        Assert.Equal(65535, Enumerable.Range(0, 65536).Count(port => traps.Contains(IpProtocol.Udp, (ushort)port)));
    }

    [Fact]
    public void Modes_tcp_and_udp_ask_for_sockets_and_the_others_do_not()
    {
        var bound = ClassicTraps.Bound(Load("tcp-mode = tcp, udp-mode = sudp, tcp-ports = [0, 1, \"10-12\", 11], udp-ports = [7], banner = away").Classic);
        Assert.Equal<ushort[]>([1, 10, 11, 12], [.. bound.Tcp.Order()]);
        Assert.Empty(bound.Udp);
        Assert.Equal("away", bound.Banner);
        Assert.Empty(ClassicTraps.Bound(Load("tcp-mode = tcp, enabled = off").Classic).Tcp);
    }

    [Fact]
    public void Without_the_classic_engine_the_trap_ports_of_the_detection_are_traps_and_no_others()
    {
        var traps = ClassicTraps.Of(ConfigurationLoader.Load(
            new HoconLoader(), [ConfigurationLoader.Reference(), new HoconSource("my.conf", "portsentry.detection.trap-ports { tcp = [23], sctp = [2905] }")]));
        Assert.True(traps.Contains(IpProtocol.Tcp, 23));
        Assert.True(traps.Contains(IpProtocol.Sctp, 2905));
        Assert.False(traps.Contains(IpProtocol.Tcp, 1));
    }

    private static PortSentryOptions Load(string classic) => ConfigurationLoader.Load(
        new HoconLoader(), [ConfigurationLoader.Reference(), new HoconSource("my.conf", $"portsentry {{ profile = classic, classic {{ {classic} }} }}")]);
}
