using System.Globalization;
using System.Text.Json;
using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>hping3 forges a source for each SYN, to all ports in turn, as fast as it can.</summary>
public sealed class FloodTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_scanner_amid_a_flood_is_blocked_alone_and_the_flood_leaves_little()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        // Answers to forged addresses go somewhere, as on the Internet.
        foreach (var (host, command) in ((Host, string)[])[(hosts.Attacker, $"addr add 10.99.0.9/24 dev {hosts.Attacker.Interface}"), (hosts.Victim, "route add default via 10.99.0.9")])
            (await host.RunAsync(["ip", .. command.Split(' ')])).Must();
        await using var daemon = await Daemon.StartAsync(hosts);
        var memory = Resident(await StatusAsync(daemon));

        await using var flood = hosts.Attacker.Start(["timeout", "-s", "INT", "5", "hping3", "-q", "--flood", "-S", "--rand-source", "-p", "++1", hosts.Victim.Address]);
        Assert.True(await Until.TrueAsync(async () => IsFlood(await StatusAsync(daemon)), Patience));
        var scan = await Nmap.ScanAsync(hosts, "-sS", "-T4", "--top-ports", "100", hosts.Victim.Address);
        await daemon.LineAsync($"Host {hosts.Attacker.Address} has been blocked", Patience);
        await flood.ExitAsync(Patience);

        Assert.NotEqual(Services.OpenTcp, scan.OpenPorts);
        Assert.Equal([hosts.Attacker.Address], (await KernelTable.ReadAsync(hosts.Victim)).Blocked);
        var status = await StatusAsync(daemon);
        // Those of the second before it was known for a flood, and what the scanner did.
        Assert.InRange(Interface(status).GetProperty("facts").GetInt64(), 4, 1000);
        Assert.InRange(Interface(status).GetProperty("withheld").GetInt64(), 1000, long.MaxValue);
        Assert.InRange(Resident(status) - memory, -memory, 64);
        Assert.InRange(Resident(status), 1, status.GetProperty("memory").GetProperty("most").GetInt64());
        Assert.InRange(daemon.Log.Length, 1, 10_000);
        Assert.InRange(new DirectoryInfo(daemon.StateFolder).EnumerateFiles().Sum(static file => file.Length), 1, 2 << 20);
        Assert.True(await Until.TrueAsync(async () => !IsFlood(await StatusAsync(daemon)), TimeSpan.FromSeconds(60)));
    }

    private static async Task<JsonElement> StatusAsync(Daemon daemon) => (await daemon.AskAsync("status")).Entries[0];

    private static JsonElement Interface(JsonElement status) => status.GetProperty("interfaces")[0];

    private static bool IsFlood(JsonElement status) => Interface(status).GetProperty("flood").GetBoolean();

    // proc(5), MiB.
    private static long Resident(JsonElement status) => long.Parse(
        File.ReadLines($"/proc/{status.GetProperty("pid").GetInt32()}/status").First(static line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) >> 10;
}
