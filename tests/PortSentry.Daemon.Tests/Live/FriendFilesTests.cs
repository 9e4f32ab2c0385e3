using PortSentry.Daemon.Live;

namespace PortSentry.Daemon.Tests.Live;

public sealed class FriendFilesTests
{
    [Fact]
    public void Resolvers_are_read_with_scopes_and_without_comments() => Assert.Equal(
        ["192.0.2.53", "fe80::1"],
        FriendFiles.ParseResolvers(["# nameserver 203.0.113.1", "nameserver 192.0.2.53", "nameserver\tfe80::1%eth0", "nameserver", "search example.org", "nameserver name.example"])
            .Select(static address => address.ToString()));

    [Fact]
    public void Time_servers_are_read_from_all_three_formats_and_names_are_not_looked_up() => Assert.Equal(
        ["192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.3", "192.0.2.4"],
        FriendFiles.ParseTimeServers(
            ["server 192.0.2.1 iburst", "#server 203.0.113.1", "peer -6 2001:db8::1", "pool pool.ntp.org", "server", "[Time]", "NTP=192.0.2.2 ntp.example 192.0.2.3", "FallbackNTP=192.0.2.4", "#NTP=203.0.113.2"])
            .Select(static address => address.ToString()));

    [Fact]
    public void A_file_that_is_not_there_names_nobody() => Assert.Empty(FriendFiles.Read(["/nonexistent/resolv.conf"], FriendFiles.ParseResolvers));

    [Theory]
    [InlineData("docker0", true)]
    [InlineData("br-3f2a", true)]
    [InlineData("virbr0", true)]
    [InlineData("podman1", true)]
    [InlineData("eth0", false)]
    [InlineData("br0", false)]
    public void Bridges_of_container_tools_are_known_by_name(string name, bool expected) => Assert.Equal(expected, BridgeNetworks.IsBridge(name));
}
