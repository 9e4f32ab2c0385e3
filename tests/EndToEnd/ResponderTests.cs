using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>Responders that tell, each checked by the program it speaks to.</summary>
public sealed class ResponderTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_command_gets_the_address_the_port_and_the_mode_as_arguments()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var written = Path.Combine(hosts.Folder, "command.out");
        var script = Path.Combine(hosts.Folder, "on block.sh"); // a blank in the name: no shell splits it
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nprintf '%s|' \"$@\" >'{written}'\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var daemon = await Daemon.StartAsync(hosts, $$"""
            portsentry.response.responders = ["command"]
            portsentry.response.command.run = "'{{script}}' $TARGET$ port=$PORT$ \"$MODE$; id\""
            """);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        Assert.True(await Until.TrueAsync(() => File.Exists(written) && File.ReadAllText(written).Length > 0, Soon), daemon.Log);
        Assert.Matches(@"^10\.99\.0\.1\|port=\d+\|[a-z]+; id\|$", await File.ReadAllTextAsync(written));
    }

    [Fact]
    public async Task A_scan_is_mailed_and_posted()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (sendmail, mail) = (Path.Combine(hosts.Folder, "sendmail"), Path.Combine(hosts.Folder, "mail"));
        await File.WriteAllTextAsync(sendmail, $"#!/bin/sh\necho \"$@\" >'{mail}.part' && cat >>'{mail}.part' && mv '{mail}.part' '{mail}'\n");
        File.SetUnixFileMode(sendmail, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var receiver = await HookReceiver.StartAsync(hosts.Victim, 9000);
        await using var daemon = await Daemon.StartAsync(hosts, $$"""
            portsentry.response {
              responders = [nftables, mail, webhook]
              mail { sendmail = "{{sendmail}}", from = "ps@example.org", to = [root, "ann@example.org"] }
              webhook.url = "http://127.0.0.1:9000/hook"
            }
            """);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        Assert.True(await Until.TrueAsync(() => File.Exists(mail), Soon * 3), daemon.Log);
        var text = await File.ReadAllTextAsync(mail);
        Assert.StartsWith("-i -f ps@example.org -- root ann@example.org\n", text, StringComparison.Ordinal);
        Assert.Contains($": scan by {hosts.Attacker.Address}", text.Replace("\n ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains($"  attackalert: TCP SYN/Normal scan from host: {hosts.Attacker.Address}/", text, StringComparison.Ordinal);
        foreach (var what in (string[])["scan", "block"])
            Assert.True(await Until.TrueAsync(() => receiver.Requests.Any(request => request.Contains($"{{\"type\":\"portsentry.{what}\"", StringComparison.Ordinal)), Soon), daemon.Log);
        Assert.Empty((await daemon.AskAsync("status")).Entries[0].GetProperty("faults").EnumerateArray());
    }

    [Fact]
    public async Task Flush_without_a_daemon_names_what_a_command_without_undo_leaves()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using (var daemon = await Daemon.StartAsync(hosts, "portsentry.response { responders = [kill-route], kill-route.run = \"/bin/true $TARGET$\", tripwire = off }"))
        {
            (await daemon.CliAsync("block", hosts.Attacker.Address)).Must();
            await daemon.StopAsync();
        }

        var flush = await Daemon.CliAsync(hosts.Victim, Path.Combine(hosts.Folder, "state"), ["flush", "--config", Path.Combine(hosts.Folder, "portsentry.conf")]);

        Assert.Equal(1, flush.ExitCode);
        Assert.Contains($"kill-route: there is no undo command, so what it did stays: undo it by hand for {hosts.Attacker.Address}", flush.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_that_the_systems_resolver_has_stands_before_the_address()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var names = Path.Combine(hosts.Folder, "hosts");
        await File.WriteAllTextAsync(names, $"127.0.0.1 localhost\n{hosts.Attacker.Address} scanner.example.org\n");
        await using var daemon = await Daemon.StartAsync(
            hosts, "portsentry { profile = classic, classic { tcp-ports = [143], block-tcp = all, resolve-host = on }, response.responders = [nftables] }",
            before: ["unshare", "-m", "sh", "-c", $"mount --bind '{names}' /etc/hosts && exec \"$@\"", "sh"]);

        await Nmap.ScanAsync(hosts, "-sS", "-p143", hosts.Victim.Address);

        await daemon.LineAsync($"attackalert: TCP SYN/Normal scan from host: scanner.example.org/{hosts.Attacker.Address} to TCP port: 143", Soon);
    }

    [Fact]
    public async Task The_classic_line_arrives_in_a_real_rsyslogd()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var rsyslogd = new Rsyslogd(hosts);
        await using var running = await rsyslogd.StartAsync();
        await using var daemon = await Daemon.StartAsync(hosts, $$"""
            portsentry.response.responders = ["nftables", "syslog"]
            portsentry.response.syslog.path = "{{rsyslogd.Socket}}"
            """);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        var line = $"attackalert: TCP SYN/Normal scan from host: {hosts.Attacker.Address}/{hosts.Attacker.Address} to TCP port: ";
        Assert.True(await Until.TrueAsync(() => rsyslogd.Written.Contains(line, StringComparison.Ordinal), Soon), daemon.Log);
        Assert.Matches(@"(?m)^daemon\.notice portsentry\[\d+\]: attackalert: ", rsyslogd.Written);
    }
}
