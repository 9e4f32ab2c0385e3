using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>One part fails: the others go on, `status` names the fault, and it heals when the cause goes.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    // A failed call is tried again after 1, 2, 4 … s.
    private static readonly TimeSpan Healing = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_nft_program_is_not_needed()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var nft = new[] { "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft" }.First(File.Exists);
        await using var daemon = await Daemon.StartAsync(hosts, "portsentry.response.responders = [nftables]", before: ["unshare", "-m", "sh", "-c", $"mount --bind /dev/null {nft} && exec \"$@\"", "sh"]);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        await daemon.LineAsync($"attackalert: Host {hosts.Attacker.Address} has been blocked via nftables set", Soon);
        Assert.False(await hosts.AttackerIsServedAsync());
        Assert.Empty(await FaultsAsync(daemon));
    }

    [Fact]
    public async Task Without_its_sqlite_it_says_so_and_ends()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var library = Directory.GetFiles(Path.GetDirectoryName(Daemon.Launcher)!, "libe_sqlite3.so", SearchOption.AllDirectories);
        var hide = string.Concat(library.Select(static file => $"mount --bind /dev/null '{file}' && "));

        await using var daemon = hosts.Victim.Start(["unshare", "-m", "sh", "-c", $"{hide}exec \"$@\"", "sh", Daemon.Launcher, "run", "--state-dir", Path.Combine(hosts.Folder, "state")]);

        Assert.Equal(1, await daemon.ExitAsync(Soon));
        Assert.Contains("libe_sqlite3.so, a part of this program, is missing or damaged", daemon.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", daemon.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tripwire_stands_and_holds_where_no_interface_can_be_watched()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var state = Path.Combine(hosts.Folder, "state");
        await using var daemon = hosts.Victim.Start([Daemon.Launcher, "run", "--interface", "nosuch0", "--enforce", "--state-dir", state]);
        await daemon.LineAsync("capture on nosuch0 stopped", Soon);
        Assert.True(await Until.TrueAsync(async () => (await Daemon.CliAsync(hosts.Victim, state, ["status"])).Output.Contains("tripwire (armed", StringComparison.Ordinal), Soon), daemon.Text);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        await daemon.LineAsync($"Host {hosts.Attacker.Address} is held by the kernel's tripwire", Soon);
        Assert.False(await hosts.AttackerIsServedAsync());
    }

    [Theory]
    [InlineData("nftables", "nft flush ruleset")]
    [InlineData("nftables", "nft delete table inet portsentry")]
    [InlineData("ipset", "iptables -w -t raw -F")]
    [InlineData("iptables", "iptables -w -t raw -F; iptables -w -t raw -X")]
    public async Task What_others_take_out_of_the_firewall_comes_back(string responder, string empty)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts, $"portsentry.response {{ responders = [{responder}], tripwire = off, reconcile = 1s }}");
        (await daemon.CliAsync("block", hosts.Attacker.Address)).Must();

        (await hosts.Victim.RunAsync("sh", "-c", empty)).Must();

        await daemon.LineAsync(responder == "nftables" ? "The rules of nftables were changed" : $"Host {hosts.Attacker.Address} was no longer blocked in {responder}: put back", Soon);
        Assert.True(await Until.TrueAsync(async () => !await hosts.AttackerIsServedAsync(within: TimeSpan.FromMilliseconds(500)), Soon), daemon.Log);
        Assert.Empty(await FaultsAsync(daemon));
    }

    [Fact]
    public async Task A_hosts_deny_that_cannot_be_written_holds_up_nobody_and_heals()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var volume = await Volume.MountAsync(Path.Combine(hosts.Folder, "etc"));
        var file = Path.Combine(volume.Path, "hosts.deny");
        await using var daemon = await Daemon.StartAsync(hosts, $$"""
            portsentry.response { responders = [hosts-deny, nftables], hosts-deny.path = "{{file}}", reconcile = 1s }
            """);
        await volume.SetReadOnlyAsync(true);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        await daemon.LineAsync($"attackalert: Host {hosts.Attacker.Address} has been blocked via nftables set", Soon);
        Assert.False(await hosts.AttackerIsServedAsync());
        await NamesAsync(daemon, $"hosts.deny: {file} was not changed");

        await volume.SetReadOnlyAsync(false);
        await HealsAsync(daemon);
        Assert.Contains($"ALL: {hosts.Attacker.Address} : DENY", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_hangs_holds_up_nobody_and_heals()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (script, hang, done) = (Path.Combine(hosts.Folder, "script"), Path.Combine(hosts.Folder, "hang"), Path.Combine(hosts.Folder, "done"));
        await File.WriteAllTextAsync(script, $"#!/bin/sh\n[ -e '{hang}' ] && sleep 1000\necho \"$1\" >'{done}'\n");
        await File.WriteAllTextAsync(hang, "");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var daemon = await Daemon.StartAsync(hosts, $$"""
            portsentry.response { responders = [command, nftables], command { run = "{{script}} $TARGET$", timeout = 1s } }
            """);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        await daemon.LineAsync($"attackalert: Host {hosts.Attacker.Address} has been blocked via nftables set", Soon);
        Assert.False(await hosts.AttackerIsServedAsync());
        await NamesAsync(daemon, "it did not end within 1 s and was killed");
        Assert.False(File.Exists(done));

        File.Delete(hang);
        await HealsAsync(daemon);
        Assert.Equal(hosts.Attacker.Address + "\n", await File.ReadAllTextAsync(done));
    }

    [Fact]
    public async Task A_full_disk_stops_no_block_and_is_named_until_there_is_room()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        const string Configuration = "portsentry.response { responders = [nftables], block.unproven = 1h }";
        await using var volume = await Volume.MountAsync(Path.Combine(hosts.Folder, "state"), "16m");
        await using var daemon = await Daemon.StartAsync(hosts, Configuration);
        volume.Fill();

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        await daemon.LineAsync($"attackalert: Host {hosts.Attacker.Address} has been blocked via nftables set", Soon);
        Assert.False(await hosts.AttackerIsServedAsync());
        await NamesAsync(daemon, "journal: ");

        volume.MakeRoom();
        await HealsAsync(daemon);
        // What was decided meanwhile is remembered after all.
        await daemon.KillAsync();
        (await hosts.Victim.RunAsync("nft", "flush", "ruleset")).Must();
        await using var again = await Daemon.StartAsync(hosts, Configuration);
        Assert.False(await hosts.AttackerIsServedAsync());
    }

    [Theory]
    [InlineData("path = \"SOCKET\"", true)]
    [InlineData("transport = tcp, host = \"127.0.0.1\", port = 5601", true)]
    [InlineData("transport = udp, host = \"127.0.0.1\", port = 5514", false)] // nobody hears what is lost
    public async Task A_log_daemon_that_goes_and_comes_back_is_named_and_told_what_it_missed(string receiver, bool reliable)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var rsyslogd = new Rsyslogd(hosts);
        var first = await rsyslogd.StartAsync();
        await using var daemon = await Daemon.StartAsync(hosts, $$"""
            portsentry.response { responders = [nftables, syslog], syslog { {{receiver.Replace("SOCKET", rsyslogd.Socket, StringComparison.Ordinal)}} } }
            """);
        await ArrivesAsync(rsyslogd, "adminalert: PortSentry is now active and listening.");
        await first.DisposeAsync();

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        await daemon.LineAsync($"attackalert: Host {hosts.Attacker.Address} has been blocked via nftables set", Soon);
        Assert.False(await hosts.AttackerIsServedAsync());
        if (reliable) await NamesAsync(daemon, "syslog: ");

        await using var second = await rsyslogd.StartAsync();
        await HealsAsync(daemon);
        (await daemon.CliAsync("unblock", hosts.Attacker.Address)).Must();
        await ArrivesAsync(rsyslogd, $"adminalert: Host {hosts.Attacker.Address} is no longer blocked: lifted by operator");
        if (reliable) await ArrivesAsync(rsyslogd, $"attackalert: Host {hosts.Attacker.Address} has been blocked via nftables set");
    }

    private static async Task ArrivesAsync(Rsyslogd rsyslogd, string line) =>
        Assert.True(await Until.TrueAsync(() => rsyslogd.Written.Contains(line, StringComparison.Ordinal), Soon), $"'{line}' did not arrive, but:\n{rsyslogd.Written}");

    private static async Task<IReadOnlyList<string>> FaultsAsync(Daemon daemon) =>
        [.. (await daemon.AskAsync("status")).Entries[0].GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!)];

    private static async Task NamesAsync(Daemon daemon, string fault)
    {
        IReadOnlyList<string> faults = [];
        Assert.True(
            await Until.TrueAsync(async () => (faults = await FaultsAsync(daemon)).Any(one => one.Contains(fault, StringComparison.Ordinal)), Soon),
            $"status does not name '{fault}' but: {string.Join("; ", faults)}. The daemon said:\n{daemon.Log}");
    }

    private static async Task HealsAsync(Daemon daemon)
    {
        IReadOnlyList<string> faults = [];
        Assert.True(
            await Until.TrueAsync(async () => (faults = await FaultsAsync(daemon)).Count == 0, Healing),
            $"status still names: {string.Join("; ", faults)}. The daemon said:\n{daemon.Log}");
    }
}
