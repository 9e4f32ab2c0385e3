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
