using System.Net;
using PortSentry.EndToEnd.Lab;
using PortSentry.EndToEnd.Raw;

namespace PortSentry.EndToEnd;

/// <summary>An attacker who writes other people's addresses into his packets.</summary>
public sealed class ForgedTests
{
    private const string Gateway = "10.99.0.254", Resolver = "10.99.0.53", Ignored = "10.99.0.77";
    private const string GatewaysEthernet = "02:00:00:00:00:fe", AnotherEthernet = "02:00:00:00:00:ab";
    private const int Budget = 60, Strangers = 10_000, Probes = 6;

    [Fact]
    public async Task Forged_friends_are_not_blocked_and_forged_strangers_only_within_the_budget()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var victim = hosts.Victim;
        (await victim.RunAsync("ip", "neigh", "add", Gateway, "lladdr", GatewaysEthernet, "dev", victim.Interface, "nud", "permanent")).Must();
        (await victim.RunAsync("ip", "route", "add", "default", "via", Gateway)).Must();
        // ip-netns(8) puts the files of this folder in the place of those in /etc.
        var etc = Directory.CreateDirectory($"/etc/netns/{victim.Namespace}");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(etc.FullName, "resolv.conf"), $"nameserver {Resolver}\n");
            await using var daemon = await Daemon.StartAsync(hosts, $$"""portsentry { ignore += "{{Ignored}}", response.block.unproven-budget-per-minute = {{Budget}} }""");
            using var raw = await RawFrames.OpenAsync(hosts.Attacker);

            foreach (var friend in (string[])[Gateway, Resolver, Ignored])
                foreach (var ethernet in (string[])[hosts.Attacker.Ethernet, AnotherEthernet])
                    Scan(raw, IPAddress.Parse(friend), ethernet, victim);
            var random = new Random(1);
            for (var i = 0; i < Strangers; i++)
            {
                Scan(raw, new IPAddress([(byte)random.Next(11, 100), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(1, 255)]), AnotherEthernet, victim);
                if (i % 100 == 99) await Task.Delay(20);
            }
            await daemon.LineAsync("Blocks of unproven sources are suspended");
            Assert.True(await IsDoneAsync(daemon), daemon.Log);

            var blocked = (await KernelTable.ReadAsync(victim)).Blocked;
            foreach (var friend in (string[])[Gateway, Resolver, Ignored, victim.Address])
            {
                Assert.DoesNotContain(friend, blocked);
                Assert.DoesNotContain($"Host {friend} has been blocked", daemon.Log, StringComparison.Ordinal);
            }
            var minutes = 1 + (int)daemon.Age.TotalMinutes;
            Assert.InRange(Count(daemon, "has been blocked via"), 1, Budget * minutes);
            Assert.InRange(Count(daemon, "Blocks of unproven sources are suspended"), 1, minutes);
        }
        finally { etc.Delete(recursive: true); }
    }

    private static void Scan(RawFrames raw, IPAddress from, string ethernet, Host victim)
    {
        var to = IPAddress.Parse(victim.Address);
        for (var probe = 0; probe < Probes; probe++)
            raw.Send(RawFrames.Frame(ethernet, victim.Ethernet, Segments.Make(from, to, 40_000, (ushort)(3_000 + (probe * 7)), Segments.Syn)));
    }

    /// <summary>Nothing new comes of it any longer.</summary>
    private static async Task<bool> IsDoneAsync(Daemon daemon)
    {
        var before = "";
        return await Until.TrueAsync(
            async () =>
            {
                var last = before;
                before = (await daemon.CliAsync("status")).Output;
                return before == last;
            },
            TimeSpan.FromSeconds(30));
    }

    private static int Count(Daemon daemon, string part) => daemon.Lines.Count(line => line.Text.Contains(part, StringComparison.Ordinal));
}
