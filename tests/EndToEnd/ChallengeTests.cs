using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using PortSentry.EndToEnd.Lab;
using PortSentry.EndToEnd.Raw;

namespace PortSentry.EndToEnd;

/// <summary>Trap ports that nobody holds answer, and who completes the handshake has proven his address.</summary>
public sealed partial class ChallengeTests
{
    private const string Table = "portsentry_challenge", Stranger = "10.99.0.77", Gateway = "10.99.0.254";
    private const string Configuration = "portsentry { detection.trap-ports.tcp = [23, \"1080-1082\", 2323, 8080], response.challenge = on }";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Who_connects_to_trap_ports_is_blocked_as_proven_and_flush_leaves_no_rule()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts, Configuration);

        // What it makes of a handshake that a RST follows at once is its own affair.
        await Nmap.ScanAsync(hosts, "-sT", "-p23,1080,2323", hosts.Victim.Address);
        foreach (var port in (int[])[23, 1081])
            (await hosts.Attacker.InsideAsync(() => Services.TryConnect(hosts.Victim.Address6, port, TimeSpan.FromSeconds(1))))?.Dispose();

        foreach (var address in (string[])[hosts.Attacker.Address, hosts.Attacker.Address6])
            Assert.True(await IsBlockedAsync(daemon, address, proven: true), daemon.Log + (await daemon.CliAsync("status")).Output);
        Assert.True(await HasTableAsync(hosts));

        (await daemon.CliAsync("flush")).Must();
        Assert.False(await HasTableAsync(hosts));
        foreach (var address in (string[])[hosts.Victim.Address, hosts.Victim.Address6]) Assert.True(await hosts.AttackerIsServedAsync(address));
    }

    [Fact]
    public async Task Forged_SYNs_stay_unproven_are_answered_within_the_bound_and_a_stop_leaves_no_rule()
    {
        const int bound = 200, ports = 3, flood = 2_000;
        await using var hosts = await TwoHosts.CreateAsync();
        var (attacker, victim) = (hosts.Attacker, hosts.Victim);
        // So that the answers leave.
        foreach (var neighbour in (string[])[Gateway, Stranger])
            (await victim.RunAsync("ip", "neigh", "add", neighbour, "lladdr", "02:00:00:00:00:ab", "dev", victim.Interface, "nud", "permanent")).Must();
        (await victim.RunAsync("ip", "route", "add", "default", "via", Gateway)).Must();
        await using var daemon = await Daemon.StartAsync(hosts, Configuration);
        using var raw = await RawFrames.OpenAsync(attacker);
        var before = daemon.Age;

        foreach (var flags in (byte[])[Segments.Syn, Segments.Ack])
            for (var port = 0; port < ports; port++) Send(Stranger, 1080 + port, flags);
        Assert.True(await IsBlockedAsync(daemon, Stranger, proven: false), daemon.Log);
        for (var i = 0; i < flood; i++) Send($"10.98.{i / 250}.{1 + (i % 250)}", 2323, Segments.Syn);
        Assert.True(await Until.TrueAsync(async () => (await CountsAsync(daemon)).Answers > ports, Patience));

        var (answers, proofs) = await CountsAsync(daemon);
        Assert.InRange(answers, ports + 1, ports + bound + (int)(bound * (daemon.Age - before).TotalSeconds));
        Assert.Equal(0, proofs);
        Assert.True(await hosts.AttackerIsServedAsync()); // at port 8080, which is served though it is listed
        await daemon.StopAsync();
        Assert.False(await HasTableAsync(hosts));

        void Send(string from, int port, byte flags) =>
            raw.Send(RawFrames.Frame(attacker.Ethernet, victim.Ethernet, Segments.Make(IPAddress.Parse(from), IPAddress.Parse(victim.Address), 40_000, (ushort)port, flags)));
    }

    private static Task<bool> IsBlockedAsync(Daemon daemon, string address, bool proven) => Until.TrueAsync(
        async () => (await daemon.AskAsync("blocked")).Entries.Any(block => Cover.Holds(block.GetProperty("target").GetString()!, address) && block.GetProperty("proven").GetBoolean() == proven),
        Patience);

    private static async Task<bool> HasTableAsync(TwoHosts hosts) => (await hosts.Victim.RunAsync("nft", "list", "table", "inet", Table)).ExitCode == 0;

    private static async Task<(int Answers, int Proofs)> CountsAsync(Daemon daemon)
    {
        var counts = Counts().Match((await daemon.CliAsync("status")).Output);
        return (int.Parse(counts.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(counts.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"challenge \(asking; (\d+) answers, (\d+) proofs\)")]
    private static partial Regex Counts();
}
