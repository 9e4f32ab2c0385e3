using PortSentry.Capture.LocalView;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.LocalView;

/// <summary>The form of /proc/net/ip_vs, as ip_vs_info_seq_show in net/netfilter/ipvs/ip_vs_ctl.c writes it.</summary>
public sealed class VirtualServicesTests : IDisposable
{
    private readonly DirectoryInfo _proc = Directory.CreateTempSubdirectory("psproc-");

    public void Dispose() => _proc.Delete(recursive: true);

    [Fact]
    public void What_IPVS_serves_counts_as_served_and_as_nothing_else()
    {
        File.WriteAllText(Path.Combine(_proc.FullName, "ip_vs"), """
            IP Virtual Server version 1.2.1 (size=4096)
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port Forward Weight ActiveConn InActConn
            TCP  0A600001:01BB rr
              -> 0A630102:1F90      Masq    1      0          0
            UDP  0A60000A:0035 rr persistent 10800 FFFFFFFF
            TCP  [2001:0db8:0000:0000:0000:0000:0000:0001]:0050 rr
            FWM  00000001 wlc

            """);
        using var host = new LocalHost(procNet: _proc.FullName);
        Assert.Equal(
            [
                new VirtualService(IpProtocol.Tcp, 443, Address.Parse("10.96.0.1")), new VirtualService(IpProtocol.Udp, 53, Address.Parse("10.96.0.10")),
                new VirtualService(IpProtocol.Tcp, 80, Address.Parse("2001:db8::1")),
            ],
            host.Current.VirtualServices);
        Assert.True(host.Listens(IpProtocol.Tcp, 443, Address.Parse("10.96.0.1")));
        Assert.False(host.Listens(IpProtocol.Tcp, 443, Address.Parse("10.96.0.2")));
        Assert.False(host.Listens(IpProtocol.Tcp, 8080, Address.Parse("10.99.1.2")));
    }

    [Fact]
    public void Without_IPVS_there_is_nothing()
    {
        using var host = new LocalHost(procNet: _proc.FullName);
        Assert.Empty(host.Current.VirtualServices);
    }
}
