using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>What stands must stand, and only against those it is meant for.</summary>
public sealed class GuardTests
{
    // Sooner than the schedule, which compares every ten seconds.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(7);

    [Theory]
    [InlineData("flush ruleset")]
    [InlineData("flush table inet portsentry; flush table inet portsentry_tripwire")]
    public async Task What_somebody_does_to_our_rules_is_healed_at_once(string command)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);
        (await daemon.CliAsync("block", hosts.Attacker.Address)).Must();
        Assert.False(await hosts.AttackerIsServedAsync());

        (await hosts.Victim.RunAsync("nft", command)).Must();

        await daemon.LineAsync("The rules of nftables were changed or deleted by somebody else: put back", AtOnce);
        await daemon.LineAsync("The rules of the tripwire were changed or deleted by somebody else: put back", AtOnce);
        Assert.True((await KernelTable.ReadAsync(hosts.Victim)).Holds(hosts.Attacker.Address));
        Assert.False(await hosts.AttackerIsServedAsync());
    }
}
