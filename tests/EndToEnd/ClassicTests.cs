using System.Net.Sockets;
using System.Text;
using PortSentry.EndToEnd.Interop.Libc;
using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>`run --classic` on classic files, in each of the classic modes, with iptables as KILL_ROUTE.</summary>
public sealed class ClassicTests
{
    private const string Blocked = "has been blocked via dropped route using command: \"/sbin/iptables -I INPUT -s 10.99.0.1 -j DROP\"";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    // Longer than the grace of the detection and than a reading of the host's sockets: what has not happened by then does not happen.
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(1500);

    [Fact]
    public async Task Mode_tcp_shows_the_banner_and_blocks_who_connects()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await StartAsync(hosts, "tcp", "udp", Conf(hosts, trigger: 1));

        Assert.Equal("GO AWAY.", await BannerAsync(hosts, 11));
        Assert.True(await hosts.AttackerIsServedAsync());
        await BannerAsync(hosts, 111);

        var line = await daemon.LineAsync("attackalert: Connect from host: ", Soon);
        Assert.Contains("10.99.0.1/10.99.0.1 to TCP port: 111", line.Text, StringComparison.Ordinal);
        await daemon.LineAsync(Blocked, Soon);
        Assert.False(await hosts.AttackerIsServedAsync());
        Assert.Contains("ALL: 10.99.0.1 : DENY", await File.ReadAllTextAsync(Path.Combine(hosts.Folder, "hosts.deny")), StringComparison.Ordinal);
        var history = await File.ReadAllTextAsync(Path.Combine(hosts.Folder, "portsentry.history"));
        Assert.Matches(@"^\d{10} - \d\d/\d\d/\d{4} \d\d:\d\d:\d\d Host: 10\.99\.0\.1/10\.99\.0\.1 Port: 111 TCP Blocked\n$", history);
        Assert.Equal(history, await File.ReadAllTextAsync(Path.Combine(hosts.Folder, "portsentry.blocked.tcp")));

        (await Daemon.CliAsync(hosts.Victim, StateOf(hosts), ["unblock", "10.99.0.1"])).Must();
        Assert.True(await hosts.AttackerIsServedAsync());
    }

    [Fact]
    public async Task A_listed_port_that_a_service_holds_is_reported_and_skipped()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await StartAsync(hosts, "tcp", "udp", Conf(hosts, trigger: 0).Replace("1,11,", "1,11,8080,", StringComparison.Ordinal));

        await daemon.LineAsync("adminalert: ERROR: could not bind TCP socket: 8080. Attempting to continue", Soon);
        Assert.True(await hosts.AttackerIsServedAsync()); // to 8080

        Assert.DoesNotContain("attackalert", daemon.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mode_stcp_answers_the_listed_ports_alone_at_the_touch_after_the_trigger()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await StartAsync(hosts, "stcp", "", Conf(hosts, trigger: 2));
        await daemon.LineAsync("adminalert: Going into stealth listen mode on TCP port: 111", Soon);

        await Nmap.ScanAsync(hosts, "-sS", "-p", "200-300,9000-9100", hosts.Victim.Address); // nothing of it is listed
        await Nmap.ScanAsync(hosts, "-sA", "-p", "1,11,111,143", hosts.Victim.Address); // ACK is no touch
        await Nmap.ScanAsync(hosts, "-sS", "-p", "1,11", hosts.Victim.Address);
        await Nmap.ScanAsync(hosts, "-sS", "-p", "1,11", hosts.Victim.Address); // the same again
        await Task.Delay(Settled);
        Assert.DoesNotContain("attackalert", daemon.Text, StringComparison.Ordinal);

        await Nmap.ScanAsync(hosts, "-sS", "-p", "143", hosts.Victim.Address);

        await daemon.LineAsync("attackalert: TCP SYN/Normal scan from host: 10.99.0.1/10.99.0.1 to TCP port: 143", Soon);
        await daemon.LineAsync(Blocked, Soon);
        Assert.False(await hosts.AttackerIsServedAsync());
    }

    [Fact]
    public async Task Mode_atcp_traps_every_port_below_the_limit_but_those_excluded_and_those_that_are_held()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await StartAsync(hosts, "atcp", "", Conf(hosts, trigger: 0));
        await daemon.LineAsync("adminalert: Advanced mode will monitor first 1024 ports", Soon);
        await daemon.LineAsync("adminalert: Advanced mode will manually exclude port: 113", Soon);
        await daemon.LineAsync("adminalert: Advanced Stealth scan detection mode activated. Ignored TCP port: 22", Soon);
        using var later = await hosts.Victim.InsideAsync(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 700));
            socket.Listen();
            return socket;
        });
        await Task.Delay(Settled);

        await Nmap.ScanAsync(hosts, "-sS", "-p", "22,80,113,139,700,1024-1100", hosts.Victim.Address);
        await Task.Delay(Settled);
        Assert.DoesNotContain("attackalert", daemon.Text, StringComparison.Ordinal);

        await Nmap.ScanAsync(hosts, "-sF", "-p", "701", hosts.Victim.Address);

        await daemon.LineAsync("attackalert: TCP FIN scan from host: 10.99.0.1/10.99.0.1 to TCP port: 701", Soon);
        await daemon.LineAsync(Blocked, Soon);
    }

    [Fact]
    public async Task Block_0_only_logs_and_block_2_only_runs_the_command()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var marker = Path.Combine(hosts.Folder, "marker");
        var conf = Conf(hosts, trigger: 0).Replace("BLOCK_TCP=\"1\"", "BLOCK_TCP=\"2\"", StringComparison.Ordinal).Replace("BLOCK_UDP=\"1\"", "BLOCK_UDP=\"0\"", StringComparison.Ordinal)
            + $"KILL_RUN_CMD=\"/usr/bin/touch {marker}.$TARGET$.$PORT$.$MODE$\"\n";
        await using var daemon = await StartAsync(hosts, "stcp", "sudp", conf);

        await Nmap.ScanAsync(hosts, "-sU", "-p", "69", hosts.Victim.Address);
        await daemon.LineAsync("attackalert: UDP scan from host: 10.99.0.1/10.99.0.1 to UDP port: 69", Soon);
        await daemon.LineAsync("attackalert: Host 10.99.0.1 is not blocked: answers to Udp are off", Soon);
        (await Daemon.CliAsync(hosts.Victim, StateOf(hosts), ["flush"])).Must();
        await Nmap.ScanAsync(hosts, "-sS", "-p", "143", hosts.Victim.Address);

        await daemon.LineAsync("attackalert: External command run for host: 10.99.0.1", Soon);
        Assert.True(File.Exists($"{marker}.10.99.0.1.143.stcp"));
        Assert.DoesNotContain("has been blocked via", daemon.Text, StringComparison.Ordinal);
        Assert.True(await hosts.AttackerIsServedAsync());
    }

    [Fact]
    public async Task SIGHUP_rereads_the_classic_files()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var conf = Conf(hosts, trigger: 0);
        await using var daemon = await StartAsync(hosts, "tcp", "", conf);
        Assert.Equal("GO AWAY.", await BannerAsync(hosts, 143, expectBlock: false));
        (await Daemon.CliAsync(hosts.Victim, StateOf(hosts), ["flush"])).Must();

        await WriteAsync(hosts, "tcp", "", conf.Replace("1,11,111,143", "1,11,6667", StringComparison.Ordinal));
        daemon.Signal(Libc.SIGHUP);

        await daemon.LineAsync("adminalert: Going into listen mode on TCP port: 6667", Soon);
        using var closed = await hosts.Attacker.InsideAsync(() => Services.TryConnect(hosts.Victim.Address, 143, TimeSpan.FromSeconds(1)));
        Assert.Null(closed);
    }

    [Fact]
    public async Task Flush_after_the_daemons_end_takes_back_what_the_classic_commands_did()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using (var daemon = await StartAsync(hosts, "stcp", "", Conf(hosts, trigger: 0)))
        {
            await Nmap.ScanAsync(hosts, "-sS", "-p", "143", hosts.Victim.Address);
            await daemon.LineAsync(Blocked, Soon);
        }
        Assert.False(await hosts.AttackerIsServedAsync());

        (await Daemon.CliAsync(hosts.Victim, StateOf(hosts), ["flush", "--classic", EtcOf(hosts), "--config", OverOf(hosts)])).Must();

        Assert.True(await hosts.AttackerIsServedAsync());
        Assert.DoesNotContain("10.99.0.1", (await hosts.Victim.RunAsync("iptables", "-S", "INPUT")).Must(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(hosts.Folder, "hosts.deny"))); // it was ours alone
    }

    [Fact]
    public async Task Dry_run_says_what_it_would_do_and_does_nothing()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await StartAsync(hosts, "stcp", "", Conf(hosts, trigger: 0), "--dry-run");

        await Nmap.ScanAsync(hosts, "-sS", "-p", "143", hosts.Victim.Address);

        await daemon.LineAsync("dry run: kill-route: would block 10.99.0.1", Soon);
        await daemon.LineAsync("dry run: hosts.deny: would block 10.99.0.1", Soon);
        Assert.True(await hosts.AttackerIsServedAsync());
        Assert.False(File.Exists(Path.Combine(hosts.Folder, "hosts.deny")));
        Assert.False(File.Exists(Path.Combine(hosts.Folder, "portsentry.history")));
    }

    [Fact]
    public async Task The_real_logcheck_alerts_to_the_attack_and_passes_over_the_start()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var log = Path.Combine(hosts.Folder, "messages");
        var configuration = Path.Combine(hosts.Folder, "rsyslog.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            global(workDirectory="{{hosts.Folder}}")
            module(load="imuxsock" SysSock.Use="off")
            input(type="imuxsock" Socket="{{hosts.Folder}}/log.sock" UseSysTimeStamp="off")
            *.* action(type="omfile" file="{{log}}" template="RSYSLOG_FileFormat" FileCreateMode="0644")
            *.* action(type="omfile" file="{{log}}.old" template="RSYSLOG_TraditionalFileFormat" FileCreateMode="0644")
            """);
        await using (var rsyslogd = hosts.Victim.Start(["rsyslogd", "-n", "-f", configuration, "-i", Path.Combine(hosts.Folder, "rsyslogd.pid")]))
        {
            Assert.True(await Until.TrueAsync(() => File.Exists(Path.Combine(hosts.Folder, "log.sock")), Soon), rsyslogd.Text);
            await using (var daemon = await StartAsync(hosts, "atcp", "sudp", Conf(hosts, trigger: 0)))
            {
                await Nmap.ScanAsync(hosts, "-sS", "-p", "143", hosts.Victim.Address);
                await daemon.LineAsync(Blocked, Soon);
            }
            Assert.True(await Until.TrueAsync(() => File.ReadAllText($"{log}.old").Contains("PortSentry is shutting down", StringComparison.Ordinal), Soon));
        }

        foreach (var file in (string[])[log, $"{log}.old"])
        {
            var report = await LogcheckAsync(hosts, file);

            var alerts = report.Split('\n').Where(static line => line.Contains("portsentry[", StringComparison.Ordinal)).ToList();
            Assert.All(alerts, static line => Assert.Contains("attackalert: ", line, StringComparison.Ordinal));
            Assert.Contains(alerts, static line => line.Contains("TCP SYN/Normal scan from host: 10.99.0.1/10.99.0.1 to TCP port: 143", StringComparison.Ordinal));
            Assert.Contains(alerts, static line => line.Contains(Blocked, StringComparison.Ordinal));
        }
    }

    /// <summary>What logcheck would mail, by our rules alone. It refuses to run as root.</summary>
    private static async Task<string> LogcheckAsync(TwoHosts hosts, string log)
    {
        var rules = Path.Combine(AppContext.BaseDirectory, "logcheck");
        var own = Directory.CreateDirectory(Path.Combine(hosts.Folder, "logcheck")).FullName;
        foreach (var list in Directory.EnumerateDirectories(rules))
            foreach (var file in Directory.EnumerateFiles(list))
                File.Copy(file, Path.Combine(Directory.CreateDirectory(Path.Combine(own, "rules", Path.GetFileName(list))).FullName, Path.GetFileName(file)), overwrite: true);
        Directory.CreateDirectory(Path.Combine(own, "state"));
        await File.WriteAllTextAsync(Path.Combine(own, "logcheck.conf"), $"REPORTLEVEL=\"server\"\nSENDMAILTO=\"nobody\"\nRULEDIR=\"{own}/rules\"\n");
        (await Finished.RunAsync(["chown", "-R", "logcheck", own], Soon)).Must();
        return (await Finished.RunAsync(
            ["runuser", "-u", "logcheck", "--", "logcheck", "-o", "-t", "-c", $"{own}/logcheck.conf", "-r", $"{own}/rules", "-S", $"{own}/state", "-l", log, "-L", "/dev/null"],
            TimeSpan.FromSeconds(30))).Must();
    }

    /// <summary>With what people's files have: blanks around the equals sign and around slashes, a typographic quote, a broken list, a comment behind a value.</summary>
    private static string Conf(TwoHosts hosts, int trigger) => $"""
        # ports
        TCP_PORTS="1,11,111,143"
        UDP_PORTS="7,9,
        69,161"
        ADVANCED_PORTS_TCP="1024"
        ADVANCED_PORTS_UDP = "1024"
        ADVANCED_EXCLUDE_TCP="113,139"   # ident, NetBIOS
        ADVANCED_EXCLUDE_UDP="520,138,137,67"
        IGNORE_FILE=" {hosts.Folder} / none.ignore"
        HISTORY_FILE="{hosts.Folder}/portsentry.history"
        BLOCKED_FILE="{hosts.Folder}/portsentry.blocked"
        RESOLVE_HOST = "0"
        BLOCK_UDP="1"
        BLOCK_TCP="1"
        KILL_ROUTE="/sbin/iptables -I INPUT -s $TARGET$ -j DROP"
        KILL_HOSTS_DENY=“ALL: $TARGET$ : DENY”
        SCAN_TRIGGER="{trigger}"
        PORT_BANNER="GO AWAY."

        """;

    private static string EtcOf(TwoHosts hosts) => Path.Combine(hosts.Folder, "etc", "portsentry");

    private static string OverOf(TwoHosts hosts) => Path.Combine(hosts.Folder, "over.conf");

    private static string StateOf(TwoHosts hosts) => Path.Combine(hosts.Folder, "state");

    private static async Task WriteAsync(TwoHosts hosts, string tcpMode, string udpMode, string conf)
    {
        var folder = Directory.CreateDirectory(EtcOf(hosts)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "portsentry.conf"), conf);
        await File.WriteAllTextAsync(Path.Combine(folder, "portsentry.ignore.static"), "# mine\n127.0.0.1/32\n0.0.0.0\n");
        var modes = (tcpMode.Length > 0 ? $"TCP_MODE=\"{tcpMode}\"\n" : "") + (udpMode.Length > 0 ? $"UDP_MODE=\"{udpMode}\"\n" : "");
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(hosts.Folder, "etc", "default")).FullName, "portsentry"), modes);
    }

    /// <summary>hosts.deny and syslog's socket are this machine's own: a namespace of the network does not part them, so they are laid elsewhere.</summary>
    private static async Task<RunningProgram> StartAsync(TwoHosts hosts, string tcpMode, string udpMode, string conf, params string[] more)
    {
        await WriteAsync(hosts, tcpMode, udpMode, conf);
        await File.WriteAllTextAsync(OverOf(hosts), $"portsentry.response {{ hosts-deny.path = \"{hosts.Folder}/hosts.deny\", syslog.path = \"{hosts.Folder}/log.sock\" }}\n");
        var daemon = hosts.Victim.Start(
            [Daemon.Launcher, "run", "--classic", EtcOf(hosts), "--config", OverOf(hosts), "--interface", hosts.Victim.Interface, "--state-dir", StateOf(hosts), .. more]);
        try
        {
            await daemon.LineAsync("adminalert: PortSentry is now active and listening.", TimeSpan.FromSeconds(20));
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    private static Task<string> BannerAsync(TwoHosts hosts, int port, bool expectBlock = true) => hosts.Attacker.InsideAsync(() =>
    {
        using var connection = Services.TryConnect(hosts.Victim.Address, port, TimeSpan.FromSeconds(1)) ?? throw new InvalidOperationException($"port {port} does not answer");
        connection.ReceiveTimeout = 1000;
        var text = new byte[200];
        var length = 0;
        try
        {
            while (connection.Receive(text, length, text.Length - length, SocketFlags.None) is > 0 and var read) length += read;
        }
        catch (SocketException) when (expectBlock)
        {
            // The block may come before the end of the connection does.
        }
        return Encoding.ASCII.GetString(text, 0, length);
    });
}
