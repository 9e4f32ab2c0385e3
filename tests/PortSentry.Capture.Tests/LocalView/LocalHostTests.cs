using System.Net;
using System.Net.Sockets;
using PortSentry.Capture.LocalView;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.LocalView;

public sealed class LocalHostTests : IDisposable
{
    private readonly ManualTimers _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("portsentry-local-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::")]
    public void Listening_socket_appears_and_goes(string address)
    {
        using var host = new LocalHost(_time);
        var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var port = (ushort)((IPEndPoint)listener.LocalEndpoint).Port;
        using var datagrams = new UdpClient(new IPEndPoint(IPAddress.Parse(address), 0));
        var udpPort = (ushort)((IPEndPoint)datagrams.Client.LocalEndPoint!).Port;
        Assert.False(host.Listens(IpProtocol.Tcp, port));

        host.Refresh();
        Assert.True(host.Listens(IpProtocol.Tcp, port));
        Assert.True(host.Listens(IpProtocol.Udp, udpPort));
        Assert.False(host.Listens(IpProtocol.Icmp, port));
        Assert.True(host.Listens(IpProtocol.Tcp, port, address.Contains(':', StringComparison.Ordinal) ? Address.Parse("::1") : Address.LoopbackV4));
        Assert.Equal(address is "0.0.0.0" or "::", host.Listens(IpProtocol.Tcp, port, Address.Parse("192.0.2.77")));

        listener.Stop();
        _time.Fire();
        Assert.False(host.Listens(IpProtocol.Tcp, port));
        Assert.Equal(0, host.FailedRefreshes);
    }

    [Fact]
    public void Refresh_soon_is_asked_once_until_it_came()
    {
        using var host = new LocalHost(_time);
        host.RefreshSoon();
        host.RefreshSoon();
        Assert.Equal(1, _time.Changes);
        var before = host.Current;
        _time.Fire();
        Assert.NotSame(before, host.Current);
        host.RefreshSoon();
        Assert.Equal(2, _time.Changes);
    }

    [Fact]
    public void Connected_peer_is_a_session_of_the_local_port_only()
    {
        using var host = new LocalHost(_time);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = (ushort)((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Empty(host.SessionPeers([port]));

        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        using var accepted = listener.AcceptTcpClient();
        Assert.Equal(Address.LoopbackV4, Assert.Single(host.SessionPeers([port])));
        Assert.Empty(host.SessionPeers([]));
    }

    [Fact]
    public void Connected_datagram_socket_serves_nobody_else()
    {
        using var host = new LocalHost(_time);
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Connect(IPAddress.Loopback, 9);
        host.Refresh();
        Assert.False(host.Listens(IpProtocol.Udp, (ushort)((IPEndPoint)client.Client.LocalEndPoint!).Port));
    }

    [Fact]
    public void Addresses_broadcasts_and_gateways_follow_the_interfaces() => PrivateNetwork.Run(() =>
    {
        using var host = new LocalHost(_time);
        Assert.Empty(host.Gateways);
        var own = Address.Parse("10.99.7.1");
        Assert.False(host.IsOwn(own));
        Assert.True(host.IsOwn(Address.LoopbackV4));
        Assert.True(host.IsOwn(Address.Parse("127.9.9.9")));

        PrivateNetwork.Ip("link add local0 type veth peer name local1");
        PrivateNetwork.Ip("address add 10.99.7.1/24 dev local0");
        PrivateNetwork.Ip("address add fd99::7:1/64 dev local0 nodad");
        PrivateNetwork.Ip("link set local0 up");
        PrivateNetwork.Ip("link set local1 up");
        PrivateNetwork.Ip("route add default via 10.99.7.254");
        PrivateNetwork.Ip("-6 route add default via fd99::7:fe");
        _time.Fire();

        Assert.True(host.IsOwn(own));
        Assert.True(host.IsOwn(Address.Parse("fd99::7:1")));
        Assert.False(host.IsOwn(Address.Parse("10.99.7.2")));
        Assert.True(host.IsOwnBroadcast(Address.Parse("10.99.7.255")));
        Assert.True(host.IsOwnBroadcast(Address.Parse("255.255.255.255")));
        Assert.False(host.IsOwnBroadcast(own));
        Assert.Contains(Address.Parse("10.99.7.254"), host.Gateways);
        Assert.Contains(Address.Parse("fd99::7:fe"), host.Gateways);

        PrivateNetwork.Ip("link delete local0");
        _time.Fire();
        Assert.False(host.IsOwn(own));
        Assert.Empty(host.Gateways);
    });

    [Fact]
    public void Two_hops_of_one_default_route_are_both_gateways() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link add local0 type veth peer name local1");
        PrivateNetwork.Ip("address add 10.99.7.1/24 dev local0");
        PrivateNetwork.Ip("link set local0 up");
        PrivateNetwork.Ip("route add default nexthop via 10.99.7.253 nexthop via 10.99.7.254");
        using var host = new LocalHost(_time);
        Assert.Equal(["10.99.7.253", "10.99.7.254"], host.Gateways.Order().Select(gateway => gateway.ToString()));
    });

    [Fact]
    public void Resolvers_are_read_and_other_lines_are_not()
    {
        var file = Path.Combine(_folder, "resolv.conf");
        File.WriteAllLines(file, ["# nameserver 9.9.9.9", "search example.org", "nameserver 192.0.2.53", "nameserver\tfe80::1%eth0", "nameserver nonsense", "nameserver"]);
        using var host = new LocalHost(_time, resolverFile: file);
        Assert.Equal(["192.0.2.53", "fe80::1"], host.Resolvers.Select(resolver => resolver.ToString()));

        using var without = new LocalHost(_time, resolverFile: Path.Combine(_folder, "none"));
        Assert.Empty(without.Resolvers);
    }

    [Fact]
    public void Tables_of_proc_say_the_same()
    {
        File.WriteAllLines(Path.Combine(_folder, "tcp"),
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1677 1",
            "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1678 1",
            "   2: 0100007F:0016 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 1679 1",
            "nonsense",
        ]);
        File.WriteAllLines(Path.Combine(_folder, "tcp6"),
            ["header", "   0: B80D0120000000000000000001000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1"]);
        Directory.CreateDirectory(Path.Combine(_folder, "sctp"));
        File.WriteAllLines(Path.Combine(_folder, "sctp", "eps"),
            [" ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS", "ffff ffff 2   10  29   36412  0 123 0.0.0.0", "ffff ffff 2   7  29   36413  0 123 0.0.0.0"]);

        var tcp = ProcSockets.ReadListening(_folder, IpProtocol.Tcp);
        Assert.True(tcp.Contains(22, Address.Parse("192.0.2.1")));
        Assert.True(tcp.Contains(8080, Address.LoopbackV4));
        Assert.False(tcp.Contains(8080, Address.Parse("192.0.2.1")));
        Assert.True(tcp.Contains(443, Address.Parse("2001:db8::1")));
        Assert.False(tcp.Contains(444));
        Assert.False(ProcSockets.ReadListening(_folder, IpProtocol.Udp).Contains(22));
        Assert.Equal(Address.LoopbackV4, Assert.Single(ProcSockets.ReadPeers(_folder, [22])));
        Assert.Empty(ProcSockets.ReadPeers(_folder, [23]));
        var sctp = ProcSockets.ReadListening(_folder, IpProtocol.Sctp);
        Assert.True(sctp.Contains(36412));
        Assert.False(sctp.Contains(36413));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        using var host = new LocalHost(_time);
        var least = long.MaxValue;
        var hits = 0;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
                if (host.IsOwn(Address.FromV4((uint)i)) || host.Listens(IpProtocol.Tcp, (ushort)i, Address.LoopbackV4)) hits++;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.InRange(hits, 0, 10_000);
    }

    /// <summary>A clock whose one timer goes off by hand.</summary>
    private sealed class ManualTimers : TimeProvider
    {
        private Action? _fire;

        public int Changes { get; private set; }

        public void Fire() => _fire!();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            return new Timer(this);
        }

        private sealed class Timer(ManualTimers owner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                owner.Changes++;
                return true;
            }

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
