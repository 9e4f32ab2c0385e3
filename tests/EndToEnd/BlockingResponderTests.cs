using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>
/// The life of a block in each responder that keeps somebody out: a real scan is answered and its end lets the attacker in again, a longer block cuts the
/// attacker off, a crash and a firewall that others emptied do not end it, and flush leaves no trace. The tripwire is off: it would hold the attacker, too.
/// </summary>
public sealed class BlockingResponderTests
{
    private const string Foreign = "# mine\nsshd: 192.0.2.7\n";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan NoAnswer = TimeSpan.FromMilliseconds(500);

    [Fact]
    public Task Nftables() => FromScanToFlushAsync("nftables", Ruleset, "nft flush ruleset");

    [Fact]
    public Task Ipset() => FromScanToFlushAsync("ipset", async hosts => await IptablesAsync(hosts, "raw") + await ShellAsync(hosts, "ipset list -n"), "iptables -w -t raw -F; ipset flush");

    [Fact]
    public Task Iptables() => FromScanToFlushAsync("iptables", hosts => IptablesAsync(hosts, "raw"), "iptables -w -t raw -F; iptables -w -t raw -X");

    [Fact]
    public Task Iptables_legacy() => FromScanToFlushAsync(
        "iptables", hosts => ShellAsync(hosts, "iptables-legacy -w -S"), "iptables-legacy -w -F; iptables-legacy -w -X",
        "portsentry.response.iptables { variant = legacy, table = filter, hook = INPUT }");

    [Fact]
    public Task Route() => FromScanToFlushAsync("route", hosts => ShellAsync(hosts, "ip route show table all proto 143; ip -6 route show table all proto 143"), "ip route flush proto 143");

    [Fact]
    public Task Kill_route_command() => FromScanToFlushAsync(
        "kill-route", hosts => ShellAsync(hosts, "iptables -w -S INPUT"), "iptables -w -F INPUT",
        """portsentry.response.kill-route { run = "iptables -w -I INPUT -s $TARGET$ -j DROP", undo = "iptables -w -D INPUT -s $TARGET$ -j DROP" }""");

    [Fact]
    public Task Hosts_deny() => FromScanToFlushAsync(
        "hosts-deny", hosts => File.ReadAllTextAsync(Path.Combine(hosts.Folder, "hosts.deny")), $"printf '{Foreign.Replace("\n", "\\n", StringComparison.Ordinal)}' >hosts.deny",
        """portsentry.response.hosts-deny.path = "FOLDER/hosts.deny" """, TcpdGrantsAsync);

    /// <param name="trace">All that the responder may leave behind.</param>
    /// <param name="empty">What somebody else might do, in the shell.</param>
    /// <param name="served">Whether the attacker gets in; null: by a connection.</param>
    private static async Task FromScanToFlushAsync(
        string responder, Func<TwoHosts, Task<string>> trace, string empty, string options = "", Func<TwoHosts, Task<bool>>? served = null)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        served ??= static hosts => hosts.AttackerIsServedAsync(within: NoAnswer);
        var attacker = hosts.Attacker.Address;
        var configuration = $$"""
            portsentry.response { responders = [{{responder}}], tripwire = off, block.unproven = 2s }
            {{options.Replace("FOLDER", hosts.Folder, StringComparison.Ordinal)}}
            """;
        await File.WriteAllTextAsync(Path.Combine(hosts.Folder, "hosts.deny"), Foreign);
        var before = await trace(hosts);
        await using (var daemon = await Daemon.StartAsync(hosts, configuration))
        {
            await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-20", hosts.Victim.Address);
            await daemon.LineAsync($"attackalert: Host {attacker} has been blocked via", Soon);
            await daemon.LineAsync($"Host {attacker} is no longer blocked: its time is over", Soon);
            Assert.True(await SoonServedAsync(), $"still kept out after the end of the block. The daemon said:\n{daemon.Log}");

            (await daemon.CliAsync("block", attacker, "--for", "1h")).Must();
            Assert.False(await served(hosts), $"not kept out. The daemon said:\n{daemon.Log}");
            await daemon.KillAsync();
        }

        await ShellAsync(hosts, empty);
        Assert.True(await SoonServedAsync(), "the block was not where the test takes it from");
        await using (var daemon = await Daemon.StartAsync(hosts, configuration))
        {
            Assert.False(await served(hosts), $"not kept out after a restart. The daemon said:\n{daemon.Log}");
            (await daemon.CliAsync("flush")).Must();
            Assert.True(await SoonServedAsync(), $"still kept out after flush. The daemon said:\n{daemon.Log}");
            Assert.Equal(before, await trace(hosts));
        }

        Task<bool> SoonServedAsync() => Until.TrueAsync(() => served(hosts), Soon);
    }

    private static Task<string> Ruleset(TwoHosts hosts) => ShellAsync(hosts, "nft list ruleset");

    private static Task<string> IptablesAsync(TwoHosts hosts, string table) => ShellAsync(hosts, $"iptables -w -t {table} -S; ip6tables -w -t {table} -S");

    private static async Task<string> ShellAsync(TwoHosts hosts, string line) => (await hosts.Victim.RunAsync("env", "-C", hosts.Folder, "sh", "-c", line)).Must();

    /// <summary>tcpdmatch -d reads hosts.allow and hosts.deny of the working folder.</summary>
    private static async Task<bool> TcpdGrantsAsync(TwoHosts hosts) =>
        (await ShellAsync(hosts, $"tcpdmatch -d sshd {hosts.Attacker.Address}")).Contains("granted", StringComparison.Ordinal);
}
