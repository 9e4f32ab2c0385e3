using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>Start, stop, and leaving no trace.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task SIGTERM_ends_it_cleanly_within_five_seconds()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);

        var (exitCode, took) = await daemon.StopAsync();

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Contains("adminalert: PortSentry is shutting down", daemon.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flush_leaves_nothing_of_ours_and_everything_of_others()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        (await hosts.Victim.RunAsync("nft", "add", "table", "inet", "somebody-elses")).Must();
        await using var daemon = await Daemon.StartAsync(hosts);
        (await daemon.CliAsync("block", hosts.Attacker.Address, "--for", "1h", "--reason", "a test")).Must();
        Assert.True((await KernelTable.ReadAsync(hosts.Victim)).Holds(hosts.Attacker.Address));
        await daemon.StopAsync();

        (await daemon.CliAsync("flush")).Must();

        var tables = (await hosts.Victim.RunAsync("nft", "list", "tables")).Must();
        Assert.Equal("table inet somebody-elses\n", tables);
        Assert.True(await hosts.AttackerIsServedAsync());
        await using var again = await Daemon.StartAsync(hosts);
        Assert.Empty((await KernelTable.ReadAsync(hosts.Victim)).Blocked);
    }

    [Fact]
    public async Task Flush_while_it_runs_lifts_every_block()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);
        (await daemon.CliAsync("block", hosts.Attacker.Address)).Must();
        Assert.False(await hosts.AttackerIsServedAsync());

        (await daemon.CliAsync("flush")).Must();

        Assert.Empty((await KernelTable.ReadAsync(hosts.Victim)).Blocked);
        Assert.Empty((await daemon.AskAsync("blocked")).Entries);
        Assert.True(await hosts.AttackerIsServedAsync());
    }

    [Fact]
    public async Task Without_a_daemon_the_reading_commands_answer_from_the_journal_and_say_so()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);
        (await daemon.CliAsync("block", hosts.Attacker.Address)).Must();
        await daemon.StopAsync();

        var blocked = await daemon.CliAsync("blocked", "--format", "json");

        Assert.True(JsonAnswer.Parse(blocked.Must()).Names(hosts.Attacker.Address));
        Assert.Contains("journal", blocked.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ignored_address_may_scan()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);
        (await daemon.CliAsync("ignore", "add", hosts.Attacker.Address)).Must();

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);
        (await daemon.CliAsync("block", "10.99.0.77")).Must(); // whatever the scan set off was decided before this

        Assert.Equal(["10.99.0.77"], (await KernelTable.ReadAsync(hosts.Victim)).Blocked);
        Assert.True(await hosts.AttackerIsServedAsync());
    }
}
