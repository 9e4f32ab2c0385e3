using System.Net;
using System.Net.Sockets;
using PortSentry.Capture.LocalView;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;
using PortSentry.Daemon.Live;

namespace PortSentry.Daemon.Tests.Live;

public sealed class ProtectionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("psp-");
    private readonly LocalHost _host = new(TimeProvider.System, resolverFile: WriteResolver());
    private readonly IgnoreList _ignored;

    public ProtectionTests() => _ignored = new IgnoreList([Prefix.Parse("203.0.113.0/28")], null, Path.Combine(_folder.FullName, "ignore"), TimeProvider.System);

    public void Dispose()
    {
        _ignored.Dispose();
        _host.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("127.0.0.1", Refusal.Protected, "it is not a host of the network")]
    [InlineData("0.0.0.0", Refusal.Protected, "it is not a host of the network")]
    [InlineData("255.255.255.255", Refusal.Protected, "it is not a host of the network")]
    [InlineData("224.0.0.1", Refusal.Protected, "it is not a host of the network")]
    [InlineData("232.0.0.0/8", Refusal.Protected, "it is not a host of the network")]
    [InlineData("ff02::1", Refusal.Protected, "it is not a host of the network")]
    [InlineData("::", Refusal.Protected, "it is not a host of the network")]
    [InlineData("203.0.113.7", Refusal.Ignored, "it is on the ignore list")]
    [InlineData("203.0.113.0/24", Refusal.Ignored, "it is on the ignore list")]
    [InlineData("198.51.100.53", Refusal.Protected, "it is a resolver of this host")]
    [InlineData("198.51.100.0/24", Refusal.Protected, "it is a resolver of this host")]
    public void Friends_are_refused_with_the_reason_and_so_is_a_prefix_that_holds_one(string target, Refusal refusal, string why)
    {
        using var protection = new Protection(_host, _ignored, [22], TimeProvider.System);
        Assert.Equal((refusal, why), protection.Check(Prefix.Parse(target)));
    }

    [Theory]
    [InlineData("run/systemd/resolve/resolv.conf", "nameserver 198.51.100.54", "198.51.100.54", "it is a resolver of this host")]
    [InlineData("etc/resolv.conf", "nameserver fe80::53%eth0", "fe80::53", "it is a resolver of this host")]
    [InlineData("etc/chrony/chrony.conf", "server 198.51.100.123 iburst", "198.51.100.123", "it is a time server of this host")]
    [InlineData("etc/systemd/timesyncd.conf", "NTP=2001:db8::123", "2001:db8::123", "it is a time server of this host")]
    public void Who_stands_in_the_files_of_a_service_is_a_friend(string file, string line, string friend, string why)
    {
        var path = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, line + "\n");
        using var protection = new Protection(_host, _ignored, [22], TimeProvider.System, root: _folder.FullName);
        Assert.Equal((Refusal.Protected, why), protection.Check(Prefix.Parse(friend)));
        Assert.Contains(Prefix.Parse(friend), protection.All);
    }

    [Fact]
    public void A_stranger_may_be_blocked()
    {
        using var protection = new Protection(_host, _ignored, [22], TimeProvider.System);
        Assert.Null(protection.Check(Prefix.Parse("192.0.2.77")));
    }

    [Fact]
    public void Own_addresses_are_refused()
    {
        using var protection = new Protection(_host, _ignored, [22], TimeProvider.System);
        foreach (var own in _host.Addresses.Where(static own => !own.IsLoopback)) Assert.Equal(Refusal.Protected, protection.Check(Prefix.Host(own))?.Refusal);
    }

    [Fact]
    public void Who_holds_a_session_is_among_the_friends_and_so_is_whom_this_host_called()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0));
        client.Connect(IPAddress.Loopback, port);
        using var session = listener.Accept();
        _host.Refresh();
        using var protection = new Protection(_host, _ignored, [(ushort)port], TimeProvider.System);
        var friends = protection.All.ToHashSet();
        Assert.Contains(Prefix.Parse("127.0.0.9"), friends);
        Assert.Contains(Prefix.Parse("127.0.0.1"), _host.Peers().Called.Select(Prefix.Host));
        Assert.True(protection.IsClient(Prefix.Parse("127.0.0.9")));
        Assert.False(protection.IsClient(Prefix.Parse("192.0.2.77")));
        Assert.InRange(protection.Clients, 1, int.MaxValue);
    }

    private static string WriteResolver()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "nameserver 198.51.100.53\n");
        return path;
    }
}
