using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>SIGHUP with another configuration of the responders.</summary>
public sealed class ReloadTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_block_goes_from_one_responder_to_another_and_the_first_leaves_no_trace()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var attacker = hosts.Attacker.Address;
        await using var daemon = await Daemon.StartAsync(hosts, "portsentry.response { responders = [nftables], tripwire = off }");
        (await daemon.CliAsync("block", attacker, "--for", "1h")).Must();
        Assert.True((await KernelTable.ReadAsync(hosts.Victim)).Holds(attacker));

        await daemon.ReloadAsync("portsentry.response { responders = [ipset], tripwire = off }");

        Assert.True(await Until.TrueAsync(async () => (await SetAsync(hosts)).Contains($"\n{attacker} timeout", StringComparison.Ordinal), Soon), daemon.Log);
        Assert.True(await Until.TrueAsync(async () => !(await KernelTable.ReadAsync(hosts.Victim)).Exists, Soon), daemon.Log);
        Assert.False(await hosts.AttackerIsServedAsync());

        // Another setting of the same set: it is made anew, and filled again.
        await daemon.ReloadAsync("portsentry.response { responders = [ipset], ipset.max-elements = 5000, tripwire = off }");
        Assert.True(
            await Until.TrueAsync(async () => await SetAsync(hosts) is var set && set.Contains("maxelem 5000 ", StringComparison.Ordinal) && set.Contains($"\n{attacker} timeout", StringComparison.Ordinal), Soon),
            daemon.Log);
        Assert.False(await hosts.AttackerIsServedAsync());

        // A mistake leaves everything as it is.
        await daemon.ReloadAsync("portsentry.response { responders = [ipsets] }", "The configuration was not reloaded, the old one stays in force");
        var reload = await daemon.CliAsync("reload");
        Assert.Equal(1, reload.ExitCode);
        Assert.Contains("portsentry.response.responders: \"ipsets\" does not belong there", reload.Errors, StringComparison.Ordinal);
        Assert.False(await hosts.AttackerIsServedAsync());
        (await daemon.CliAsync("flush")).Must();
        Assert.True(await Until.TrueAsync(() => hosts.AttackerIsServedAsync(), Soon), daemon.Log);
    }

    [Fact]
    public async Task SIGHUP_reloads_a_daemon_that_was_started_with_nohup()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts, "portsentry.response.tripwire = off", before: ["nohup"]);
        await daemon.ReloadAsync("portsentry.response { tripwire = off, responders = [] }");
    }

    private static async Task<string> SetAsync(TwoHosts hosts) => (await hosts.Victim.RunAsync("ipset", "list", "portsentry4")).Output;
}
