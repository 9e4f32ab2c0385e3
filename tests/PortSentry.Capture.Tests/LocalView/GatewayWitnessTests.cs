using PortSentry.Capture.LocalView;
using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.LocalView;

public sealed class GatewayWitnessTests : IDisposable
{
    private static readonly byte[] OwnMac = [2, 0, 0, 0, 0, 1];
    private static readonly byte[] OtherMac = [2, 0, 0, 0, 0, 9];

    private readonly DirectoryInfo _proc = Directory.CreateTempSubdirectory("witness");
    private readonly LocalHost _host;
    private readonly GatewayWitness _witness;
    private readonly Address _gateway = Address.Parse("192.0.2.1");

    public GatewayWitnessTests()
    {
        // proc(5): destination 0, gateway 192.0.2.1 in host byte order, flags up and gateway.
        Write("route", "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\neth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
        Write("arp", "IP address       HW type     Flags       HW address            Mask     Device\n192.0.2.1        0x1         0x2         02:00:00:00:00:01     *        eth0\n");
        _host = new LocalHost(procNet: _proc.FullName);
        _witness = new GatewayWitness(_host, TimeProvider.System, Path.Combine(_proc.FullName, "arp"));
    }

    [Fact]
    public void A_gateway_with_a_known_link_address_is_vouched_for() => Assert.True(_witness.Knows(_gateway) && _witness.Vouches(_gateway));

    [Fact]
    public void Its_own_packets_change_nothing()
    {
        _witness.See(LinkType.Ethernet, Frame(OwnMac));
        Assert.True(_witness.Vouches(_gateway));
    }

    [Fact]
    public void One_forged_packet_takes_the_vouching_away()
    {
        _witness.See(LinkType.Ethernet, Frame(OtherMac));
        Assert.False(_witness.Vouches(_gateway));
    }

    [Fact]
    public void Nobody_else_is_vouched_for() => Assert.False(_witness.Vouches(Address.Parse("192.0.2.2")));

    public void Dispose()
    {
        _host.Dispose();
        _proc.Delete(recursive: true);
    }

    private static byte[] Frame(byte[] sender) =>
        [2, 0, 0, 0, 0, 2, .. sender, 8, 0, .. Packets.Craft.Ipv4(IpProtocol.Tcp, Packets.Craft.Tcp(40000, 22, TcpFlags.Syn), source: "192.0.2.1")];

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_proc.FullName, name), text);
}
