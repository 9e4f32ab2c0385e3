using System.Globalization;
using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd.Demo;

/// <summary>The main job, shown on one machine: a real scan of a real host that the real daemon guards.</summary>
internal sealed class Demonstration(Screen screen)
{
    private const int ShownOfWhy = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private Timeline? _timeline;
    private bool _asPromised = true;

    /// <summary>0: everything was as promised; 1: something was not; 130: interrupted. The two hosts are gone in each case.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var show = ShowAsync(hosts);
        if (await Task.WhenAny(show, Task.Delay(Timeout.Infinite, stop)) == show)
        {
            await show;
            return _asPromised ? 0 : 1;
        }
        screen.Plain("Interrupted: both hosts are taken down.");
        return 130;
    }

    private async Task ShowAsync(TwoHosts hosts)
    {
        screen.Title("PortSentry.Actors: a port scan seen, blocked, explained, remembered and forgiven");
        screen.Plain($"attacker {hosts.Attacker.Address}  ──veth──  victim {hosts.Victim.Address}, open ports {string.Join(", ", Services.OpenTcp)}");
        screen.Plain("Two network namespaces of this machine; nothing leaves them, and they are gone at the end.");

        await using (var daemon = await WatchAsync(hosts))
        {
            await ScanAsync(hosts, daemon);
            await WhyAsync(hosts, daemon);
            await CrashAsync(hosts, daemon);
        }
        await using (var daemon = await RememberAsync(hosts)) await ForgiveAsync(hosts, daemon);
        screen.Title("That was all");
        screen.Plain("./build.sh run watches this machine and logs; ./build.sh run --enforce blocks; portsentry flush takes every block back.");
    }

    private async Task<Daemon> WatchAsync(TwoHosts hosts)
    {
        screen.Title("1  The daemon watches (journal: SQLite; answer: nftables)");
        var daemon = await Daemon.StartAsync(hosts, seen: line => _timeline?.Add(line));
        screen.Command($"portsentry run --interface {hosts.Victim.Interface} --enforce --state-dir …");
        screen.Quote(daemon.Log);
        screen.Plain(Text($"It listens {daemon.StartTook.TotalMilliseconds:0} ms after its start."));
        return daemon;
    }

    private async Task ScanAsync(TwoHosts hosts, Daemon daemon)
    {
        screen.Title("2  A real nmap scans 1,000 ports");
        screen.Command($"nmap -n -Pn -sS -T4 -p1-1000,8080 {hosts.Victim.Address}");
        await using var packets = await PacketLog.StartAsync(hosts);
        var timeline = _timeline = new Timeline(screen);
        await using var watch = await BlockWatch.StartAsync(hosts.Victim, line =>
        {
            if (BlockWatch.IsBlock(line.Text, hosts.Attacker.Address)) timeline.Add(line with { Text = "kernel: " + line.Text.Trim() });
        });
        var scan = Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-1000,8080", hosts.Victim.Address);
        var start = await packets.FirstProbeAsync(Patience);
        timeline.Start(start);
        var nmap = await scan;
        await Until.TrueAsync(() => watch.Blocked(hosts.Attacker.Address) is not null, Patience);
        timeline.End();

        var summary = await packets.StopAsync();
        var blocked = watch.Blocked(hosts.Attacker.Address);
        Promise(blocked is not null, blocked is { } at
            ? Text($"blocked {(at - start).TotalMilliseconds:0.0} ms after the first probe; of {summary.Sent.Count} packets {summary.AnswersBefore(at)} were answered before that, {summary.Answers.Count - summary.AnswersBefore(at)} after")
            : "the attacker is not blocked");
        screen.Plain(nmap.OpenPorts.Count == 0
            ? Text($"nmap learnt no open port of {Services.OpenTcp.Count} in {nmap.Took.TotalSeconds:0.0} s")
            : Text($"nmap learnt {nmap.OpenPorts.Count} open port(s) of {Services.OpenTcp.Count} in {nmap.Took.TotalSeconds:0.0} s: {string.Join(", ", nmap.OpenPorts)}"));
        Promise(!await hosts.AttackerIsServedAsync(), $"the attacker's next connection to port {Services.Web} gets no answer");
        screen.Command("portsentry blocked");
        screen.Quote((await daemon.CliAsync("blocked")).Must());
    }

    private async Task WhyAsync(TwoHosts hosts, Daemon daemon)
    {
        screen.Title("3  Why?");
        screen.Command($"portsentry why {hosts.Attacker.Address}");
        var lines = (await daemon.CliAsync("why", hosts.Attacker.Address)).Must().TrimEnd('\n').Split('\n');
        screen.Quote(string.Join('\n', lines.Take(ShownOfWhy)));
        if (lines.Length > ShownOfWhy) screen.Plain(Text($"… and {lines.Length - ShownOfWhy} lines more"));
    }

    private async Task CrashAsync(TwoHosts hosts, Daemon daemon)
    {
        screen.Title("4  The daemon is killed and the firewall emptied, as by a crash of the machine");
        screen.Command("kill -9 …; nft flush ruleset");
        await daemon.KillAsync();
        (await hosts.Victim.RunAsync("nft", "flush", "ruleset")).Must();
        screen.Plain($"The attacker {(await hosts.AttackerIsServedAsync() ? "gets in again" : "still gets no answer")}.");
    }

    private async Task<Daemon> RememberAsync(TwoHosts hosts)
    {
        var daemon = await Daemon.StartAsync(hosts);
        screen.Command("portsentry run …");
        screen.Quote(daemon.Log);
        var held = (await KernelTable.ReadAsync(hosts.Victim)).Holds(hosts.Attacker.Address);
        Promise(held && !await hosts.AttackerIsServedAsync(), Text($"{daemon.StartTook.TotalMilliseconds:0} ms after its start it listens, and the attacker is cut off again: the journal remembered"));
        return daemon;
    }

    private async Task ForgiveAsync(TwoHosts hosts, Daemon daemon)
    {
        screen.Title("5  Forgiven");
        screen.Command($"portsentry unblock {hosts.Attacker.Address}");
        screen.Quote((await daemon.CliAsync("unblock", hosts.Attacker.Address)).Must());
        Promise(await hosts.AttackerIsServedAsync(), $"the attacker's next connection to port {Services.Web} is answered");
        screen.Command($"portsentry history {hosts.Attacker.Address}");
        screen.Quote((await daemon.CliAsync("history", hosts.Attacker.Address)).Must());
        screen.Command("portsentry flush");
        await daemon.StopAsync();
        screen.Quote((await daemon.CliAsync("flush")).Must());
        Promise(!(await KernelTable.ReadAsync(hosts.Victim)).Exists, "no table of ours is left in the kernel");
    }

    private void Promise(bool kept, string text)
    {
        screen.Check(kept, text);
        _asPromised &= kept;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
