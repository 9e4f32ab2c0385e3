using System.Net;
using System.Net.Sockets;
using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>What stands must stand, and only against those it is meant for.</summary>
public sealed class GuardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("flush ruleset")]
    [InlineData("flush table inet portsentry; flush table inet portsentry_tripwire")]
    public async Task What_somebody_does_to_our_rules_is_healed(string command)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);
        (await daemon.CliAsync("block", hosts.Attacker.Address)).Must();
        Assert.False(await hosts.AttackerIsServedAsync());

        (await hosts.Victim.RunAsync("nft", command)).Must();

        await daemon.LineAsync("The rules of nftables were changed or deleted by somebody else: put back", Patience);
        await daemon.LineAsync("The rules of the tripwire were changed or deleted by somebody else: put back", Patience);
        Assert.True((await KernelTable.ReadAsync(hosts.Victim)).Holds(hosts.Attacker.Address));
        Assert.False(await hosts.AttackerIsServedAsync());
    }

    [Fact]
    public async Task Whom_the_host_lives_with_is_never_blocked()
    {
        const int elsewhere = 9999;
        await using var hosts = await TwoHosts.CreateAsync();
        var (attacker, victim) = (hosts.Attacker, hosts.Victim);
        (await victim.RunAsync("ip", "link", "add", "docker0", "type", "bridge")).Must();
        (await victim.RunAsync("ip", "addr", "add", "172.17.0.1/16", "dev", "docker0")).Must();
        using var administrator = await attacker.InsideAsync(() => Services.TryConnect(victim.Address, 22, Patience));
        using var service = await attacker.InsideAsync(() =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(attacker.Address6), elsewhere));
            socket.Listen();
            return socket;
        });
        using var called = await victim.InsideAsync(() => Services.TryConnect(attacker.Address6, elsewhere, Patience));
        Assert.NotNull(administrator);
        Assert.NotNull(called);
        await using var daemon = await Daemon.StartAsync(hosts);

        foreach (var (friend, why) in ((string, string)[])[
            (attacker.Address, "it holds an administrator's session"), (attacker.Address6, "this host has a connection to it"),
            ("172.17.0.5", "it is a network of this host's containers or guests"), (victim.Address, "it is this host")])
        {
            var answer = await daemon.CliAsync("block", friend);
            Assert.NotEqual(0, answer.ExitCode);
            Assert.Contains(why, answer.Output + answer.Errors, StringComparison.Ordinal);
        }
        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", victim.Address);
        await daemon.LineAsync($"Host {attacker.Address} is not blocked: it holds an administrator's session");
        Assert.Empty((await KernelTable.ReadAsync(victim)).Blocked);
    }
}
