using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>The other responders, each checked by the program it speaks to.</summary>
public sealed class ResponderTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Hosts_deny_is_believed_by_tcpd_and_keeps_other_peoples_lines()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var file = Path.Combine(hosts.Folder, "hosts.deny");
        await File.WriteAllTextAsync(file, "# mine\nsshd: 192.0.2.7\n");
        await using var daemon = await Daemon.StartAsync(hosts, $$"""
            portsentry.response.responders = ["hosts-deny"]
            portsentry.response.hosts-deny.path = "{{file}}"
            """);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        Assert.True(await Until.TrueAsync(async () => (await VerdictOfTcpdAsync(hosts)).Contains("denied", StringComparison.Ordinal), Soon), daemon.Log);
        Assert.Contains("# mine\nsshd: 192.0.2.7\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        (await daemon.CliAsync("unblock", hosts.Attacker.Address)).Must();
        Assert.Contains("granted", await VerdictOfTcpdAsync(hosts), StringComparison.Ordinal);
        Assert.Equal("# mine\nsshd: 192.0.2.7\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_blackhole_route_cuts_the_attacker_off()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts, """portsentry.response.responders = ["route"]""");

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        Assert.True(await Until.TrueAsync(async () => (await RoutesAsync(hosts)).Contains($"blackhole {hosts.Attacker.Address}", StringComparison.Ordinal), Soon), daemon.Log);
        Assert.False(await hosts.AttackerIsServedAsync());
        (await daemon.CliAsync("unblock", hosts.Attacker.Address)).Must();
        Assert.DoesNotContain("blackhole", await RoutesAsync(hosts), StringComparison.Ordinal);
        Assert.True(await hosts.AttackerIsServedAsync());
    }

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
    public async Task The_classic_line_arrives_in_a_real_rsyslogd()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (socket, log) = (Path.Combine(hosts.Folder, "log.sock"), Path.Combine(hosts.Folder, "messages"));
        var configuration = Path.Combine(hosts.Folder, "rsyslog.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            global(workDirectory="{{hosts.Folder}}")
            module(load="imuxsock" SysSock.Use="off")
            input(type="imuxsock" Socket="{{socket}}" UseSysTimeStamp="off")
            template(name="line" type="string" string="%syslogfacility-text%.%syslogseverity-text% %syslogtag%%msg%\n")
            *.* action(type="omfile" file="{{log}}" template="line")
            """);
        await using var rsyslogd = hosts.Victim.Start(["rsyslogd", "-n", "-f", configuration, "-i", Path.Combine(hosts.Folder, "rsyslogd.pid")]);
        Assert.True(await Until.TrueAsync(() => File.Exists(socket) || rsyslogd.HasExited, Soon) && !rsyslogd.HasExited, rsyslogd.Text);
        await using var daemon = await Daemon.StartAsync(hosts, $$"""
            portsentry.response.responders = ["nftables", "syslog"]
            portsentry.response.syslog.path = "{{socket}}"
            """);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        var line = $"attackalert: TCP SYN/Normal scan from host: {hosts.Attacker.Address}/{hosts.Attacker.Address} to TCP port: ";
        Assert.True(await Until.TrueAsync(() => File.Exists(log) && File.ReadAllText(log).Contains(line, StringComparison.Ordinal), Soon), daemon.Log);
        Assert.Matches(@"(?m)^daemon\.notice portsentry\[\d+\]: attackalert: ", await File.ReadAllTextAsync(log));
    }

    /// <summary>tcpdmatch -d reads hosts.allow and hosts.deny of the working folder.</summary>
    private static async Task<string> VerdictOfTcpdAsync(TwoHosts hosts) =>
        (await hosts.Victim.RunAsync("env", "-C", hosts.Folder, "tcpdmatch", "-d", "sshd", hosts.Attacker.Address)).Output;

    private static async Task<string> RoutesAsync(TwoHosts hosts) =>
        (await hosts.Victim.RunAsync("ip", "route", "show", "table", "all")).Must();
}
