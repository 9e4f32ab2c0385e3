using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>Every scan of part 1 by the real nmap: seen, named, blocked, remembered over a crash, and undone on command.</summary>
public sealed class ScanTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("tcp-syn", "attackalert: TCP SYN/Normal scan from host: ", "-sS", "-T4", "-p1-1000")]
    [InlineData("tcp-connect", "attackalert: ", "-sT", "-T4", "-p1-1000")]
    [InlineData("tcp-fin", "attackalert: TCP FIN scan from host: ", "-sF", "-T4", "-p1-1000")]
    [InlineData("tcp-null", "attackalert: TCP NULL scan from host: ", "-sN", "-T4", "-p1-1000")]
    [InlineData("tcp-xmas", "attackalert: TCP XMAS scan from host: ", "-sX", "-T4", "-p1-1000")]
    [InlineData("udp", "attackalert: UDP scan from host: ", "-sU", "--top-ports", "20")]
    public Task A_scan_is_named_blocked_remembered_after_a_crash_and_undone_on_command(string kind, string alert, params string[] scan) =>
        FromPacketToUndoAsync(kind, alert, scan, hosts => hosts.Attacker.Address, hosts => hosts.Victim.Address);

    [Fact]
    public Task An_IPv6_scan_is_named_blocked_remembered_after_a_crash_and_undone_on_command() =>
        FromPacketToUndoAsync("tcp-syn", "attackalert: TCP SYN/Normal scan from host: ", ["-6", "-sS", "-T4", "-p1-1000"], hosts => hosts.Attacker.Address6, hosts => hosts.Victim.Address6);

    [Fact]
    public async Task Decoys_are_named_together_with_the_scanner()
    {
        string[] decoys = ["198.51.100.7", "198.51.100.8"];
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);
        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p101-160", "-D", $"{decoys[0]},{decoys[1]},ME", hosts.Victim.Address);

        await daemon.LineAsync("; together with ", Soon);
        var named = await Until.TrueAsync(async () => await daemon.AskAsync("why", hosts.Attacker.Address) is var why && decoys.All(why.Names), Soon);
        Assert.True(named, $"`why` does not name the decoys. The daemon said:\n{daemon.Log}");
    }

    [Fact]
    public async Task A_scan_of_services_alone_is_held_by_the_kernel_and_the_hold_becomes_a_block()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);
        await Nmap.ScanAsync(hosts, "-sS", $"-p{string.Join(',', Services.OpenTcp)}", hosts.Victim.Address);

        await daemon.LineAsync("attackalert: TCP SYN/Normal scan from host: ", Soon);
        Assert.True(await HoldsAsync(hosts, hosts.Attacker.Address), $"not in the kernel's sets. The daemon said:\n{daemon.Log}");
        // The hold is judged two seconds after it.
        Assert.True(await Until.TrueAsync(async () => (await daemon.AskAsync("status")).Text.Contains("1 holds, 1 confirmed, 0 released", StringComparison.Ordinal), Soon), $"not confirmed. The daemon said:\n{daemon.Log}");
        Assert.DoesNotContain("no longer held", daemon.Log, StringComparison.Ordinal);
        var why = await daemon.AskAsync("why", hosts.Attacker.Address);
        Assert.True(why.Says("halfopen"), $"`why` does not tell:\n{why.Text}");
    }

    [Fact]
    public async Task Where_the_tripwire_hesitates_a_scan_learns_no_service_after_its_first_closed_port()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts, "portsentry.response.hold.hesitate = all");
        var scan = await Nmap.ScanAsync(hosts, "-sS", "-T4", "-r", $"-p1,{string.Join(',', Services.OpenTcp)}", hosts.Victim.Address);
        Assert.Empty(scan.OpenPorts);
    }

    private static async Task FromPacketToUndoAsync(string kind, string alert, string[] scan, Func<TwoHosts, string> from, Func<TwoHosts, string> to)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (attacker, victim) = (from(hosts), to(hosts));
        await using (var daemon = await Daemon.StartAsync(hosts))
        {
            await Nmap.ScanAsync(hosts, [.. scan, victim]);

            var line = await daemon.LineAsync(alert, Soon);
            Assert.Contains(attacker, line.Text, StringComparison.Ordinal);
            Assert.True(await HoldsAsync(hosts, attacker), $"not in the kernel's sets. The daemon said:\n{daemon.Log}");
            Assert.False(await hosts.AttackerIsServedAsync(victim));
            Assert.True((await daemon.AskAsync("blocked")).Names(attacker), "not listed by `portsentry blocked`");
            var why = await daemon.AskAsync("why", attacker);
            Assert.True(why.Says(kind), $"not named {kind}:\n{why.Text}");
            Assert.True((await daemon.AskAsync("history", attacker)).Names(attacker), "not in `portsentry history`");
            await daemon.KillAsync();
        }

        // Make the memory prove itself: the kernel forgets everything, only the journal remembers.
        (await hosts.Victim.RunAsync("nft", "flush", "ruleset")).Must();
        await using (var daemon = await Daemon.StartAsync(hosts))
        {
            Assert.True((await KernelTable.ReadAsync(hosts.Victim)).Holds(attacker), $"listening, but the old block is not in force. The daemon said:\n{daemon.Log}");
            Assert.False(await hosts.AttackerIsServedAsync(victim));
            Assert.True((await daemon.AskAsync("why", attacker)).Says(kind), "`why` has forgotten the scan");

            (await daemon.CliAsync("unblock", attacker)).Must();

            Assert.False((await KernelTable.ReadAsync(hosts.Victim)).Holds(attacker), "still in the kernel's sets after unblock");
            Assert.True(await hosts.AttackerIsServedAsync(victim));
            Assert.False((await daemon.AskAsync("blocked")).Names(attacker), "still listed by `portsentry blocked`");
        }
    }

    private static Task<bool> HoldsAsync(TwoHosts hosts, string attacker) =>
        Until.TrueAsync(async () => (await KernelTable.ReadAsync(hosts.Victim)).Holds(attacker), Soon);
}
