using PortSentry.Core.Detection;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Hocon;
using PortSentry.Responders.Command;
using PortSentry.Responders.Iptables;

namespace PortSentry.Daemon.Tests.Classic;

public sealed class ClassicImporterTests
{
    private const string Debian = """
        # in the manner of Debian's
        TCP_PORTS="1,11,15,79"
        UDP_PORTS="1,7,9"
        ADVANCED_PORTS_TCP="1024"
        ADVANCED_PORTS_UDP="512"
        ADVANCED_EXCLUDE_TCP="113,139"
        ADVANCED_EXCLUDE_UDP="520,138,137,67"
        IGNORE_FILE="/etc/portsentry/portsentry.ignore"
        HISTORY_FILE="/var/lib/portsentry/portsentry.history"
        BLOCKED_FILE="/var/lib/portsentry/portsentry.blocked"
        RESOLVE_HOST = "0"
        BLOCK_UDP="0"
        BLOCK_TCP="1"
        KILL_HOSTS_DENY="ALL: $TARGET$ : DENY"
        SCAN_TRIGGER="1"
        PORT_BANNER="** UNAUTHORIZED ACCESS PROHIBITED ***"
        """;

    [Fact]
    public void A_whole_file_is_a_configuration_that_loads()
    {
        var options = Load(Import(Debian, null, "TCP_MODE=\"atcp\"\nUDP_MODE=\"sudp\"\n"));
        Assert.Equal("classic", options.Profile);
        Assert.True(options.Classic.Enabled);
        Assert.True(options.Response.Enforce);
        Assert.Equal((ClassicMode.Advanced, ClassicMode.Stealth), (options.Classic.TcpMode, options.Classic.UdpMode));
        Assert.Equal([new PortRange(1), new PortRange(11), new PortRange(15), new PortRange(79)], options.Classic.TcpPorts);
        Assert.Equal(512, options.Classic.AdvancedUdp.Below);
        Assert.Equal([new PortRange(113), new PortRange(139)], options.Classic.AdvancedTcp.Exclude);
        Assert.Equal((ClassicAnswer.All, ClassicAnswer.None), (options.Classic.BlockTcp, options.Classic.BlockUdp));
        Assert.Equal(1, options.Classic.ScanTrigger);
        Assert.Equal("** UNAUTHORIZED ACCESS PROHIBITED ***", options.Classic.Banner);
        Assert.Equal("/etc/portsentry/portsentry.ignore", options.IgnoreFile);
        Assert.Equal("/var/lib/portsentry/portsentry.blocked", options.Classic.BlockedFile);
        Assert.False(options.Classic.ResolveHost);
    }

    [Fact]
    public void Each_key_names_the_line_it_came_from() =>
        Assert.Contains("  # portsentry.conf:2: TCP_PORTS\n  classic.tcp-ports = [1, 11, 15, 79]\n", Import(Debian).Hocon);

    [Fact]
    public void A_key_that_means_something_else_here_has_a_note()
    {
        var notes = Import(Debian).Notes;
        Assert.All(["SCAN_TRIGGER", "BLOCK_TCP", "KILL_HOSTS_DENY", "BLOCKED_FILE"], key => Assert.Contains(notes, n => n.Key == key && n.Kind == ClassicNoteKind.Differs));
        Assert.DoesNotContain(notes, n => n.Kind == ClassicNoteKind.Refused);
    }

    [Fact]
    public void Commands_become_templates_of_the_command_responder_in_the_order_of_1_2()
    {
        var options = Load(Import("KILL_RUN_CMD=\"/usr/local/bin/tell '$TARGET$ on $PORT$' now\"\nKILL_RUN_CMD_FIRST = \"1\"\nKILL_ROUTE=\"/sbin/route add -host $TARGET$ reject\"\nKILL_HOSTS_DENY=\"ALL: $TARGET$\"\n"));
        Assert.Equal(["syslog", "hosts-deny", "kill-route", "command"], options.Responders.Select(r => r.Name));
        var route = Assert.IsType<CommandOptions>(options.Responders[2].Options);
        Assert.Equal(("/sbin/route add -host $TARGET$ reject", "/sbin/route del -host $TARGET$ reject", true), (route.Run, route.Undo, route.Blocks));
        var command = Assert.IsType<CommandOptions>(options.Responders[3].Options);
        Assert.Equal(("/usr/local/bin/tell '$TARGET$ on $PORT$' now", CommandOrder.Before, false), (command.Run, command.Order, command.Blocks));
    }

    [Fact]
    public void An_iptables_line_stays_a_command_and_the_responder_that_does_it_better_is_ready()
    {
        var import = Import("KILL_ROUTE=\"/sbin/iptables -I INPUT -s $TARGET$ -j DROP\"\n");
        Assert.Contains(import.Notes, n => n is { Key: "KILL_ROUTE", Kind: ClassicNoteKind.Differs } && n.Text.Contains("iptables in place of kill-route", StringComparison.Ordinal));
        Assert.Equal(["syslog", "kill-route"], Load(import).Responders.Select(r => r.Name));
        var switched = Load(import with { Hocon = import.Hocon.Replace("syslog, kill-route", "syslog, iptables", StringComparison.Ordinal) });
        var options = Assert.IsType<IptablesOptions>(switched.Responders[1].Options);
        Assert.Equal(("filter", "INPUT"), (options.Table, options.Hook));
    }

    [Fact]
    public void Ranges_of_2x_are_taken_and_bad_ports_named()
    {
        var import = Import("TCP_PORTS=\"1,20-25,70000,x,30-20\"");
        Assert.Contains("classic.tcp-ports = [1, \"20-25\"]", import.Hocon);
        Assert.Equal(3, import.Notes.Count(n => n is { Kind: ClassicNoteKind.Refused, Key: "TCP_PORTS", Line: 1 }));
    }

    [Fact]
    public void What_people_have_is_taken_with_notes()
    {
        var import = Import("IGNORE_FILE=“ / etc / portsentry / portsentry.ignore ”\r\nTCP_PORTS=\"1,11,\r\n15,79\"\r\nBLOCK_TCP=1\r\nNONSENSE\r\n");
        var options = Load(import);
        Assert.Equal("/etc/portsentry/portsentry.ignore", options.IgnoreFile);
        Assert.Equal(4, options.Classic.TcpPorts.Count);
        var refused = Assert.Single(import.Notes, n => n.Kind == ClassicNoteKind.Refused);
        Assert.Equal(5, refused.Line);
    }

    [Fact]
    public void Ignore_files_become_entries_unless_the_configuration_names_the_file()
    {
        var import = ClassicImporter.Import(
            new ClassicInput("c", "IGNORE_FILE=\"/etc/portsentry/portsentry.ignore\""),
            [new ClassicInput("/etc/portsentry/portsentry.ignore", "10.0.0.1\n"), new ClassicInput("/etc/portsentry/portsentry.ignore.static", "127.0.0.1/32\n0.0.0.0\nbad\n")],
            null);
        Assert.Equal(["127.0.0.0/8", "::1", "127.0.0.1", "0.0.0.0"], Load(import).Ignore.Select(p => p.ToString()));
        Assert.Contains(import.Notes, n => n is { Line: 3, Kind: ClassicNoteKind.Refused });
    }

    [Theory]
    [InlineData("TCP_MODE=\"atcp\"\nUDP_MODE=\"\"", ClassicMode.Advanced, ClassicMode.Off)]
    [InlineData("TCP_MODE=tcp\nUDP_MODE='udp'", ClassicMode.Bound, ClassicMode.Bound)]
    [InlineData("TCP_MODE=\"dtcp\"", ClassicMode.Off, ClassicMode.Off)]
    public void Modes_come_from_the_defaults_file(string defaults, ClassicMode tcp, ClassicMode udp)
    {
        var options = Load(Import(Debian, null, defaults));
        Assert.Equal((tcp, udp), (options.Classic.TcpMode, options.Classic.UdpMode));
    }

    [Fact]
    public void Without_a_defaults_file_the_stealth_modes_are_assumed_and_it_says_so()
    {
        var import = Import(Debian);
        Assert.Equal((ClassicMode.Stealth, ClassicMode.Stealth), (Load(import).Classic.TcpMode, Load(import).Classic.UdpMode));
        Assert.Contains(import.Notes, n => n.Text.Contains("stcp is assumed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("KILL_ROUTE=\"/sbin/route add -host 10.0.0.1 reject\"", "$TARGET$")]
    [InlineData("KILL_ROUTE=\"/sbin/route add $TARGET$ 333.444.555.666\"", "never filled in")]
    [InlineData("KILL_ROUTE=\"/bin/sh -c `x`\"", "script")]
    [InlineData("KILL_RUN_CMD_FIRST=\"1\"", "no KILL_RUN_CMD")]
    [InlineData("SCAN_TRIGGER=\"many\"", "default 0")]
    [InlineData("ADVANCED_PORTS_TCP=\"99999\"", "default 1024")]
    [InlineData("BLOCK_UDP=\"3\"", "0, 1 and 2")]
    [InlineData("HISTORY_FILE=\"portsentry.history\"", "absolute")]
    public void What_is_not_taken_says_why(string line, string why) =>
        Assert.Contains(Import(line).Notes, n => n is { Kind: ClassicNoteKind.Refused, Line: 1 } && n.Text.Contains(why, StringComparison.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF\r\n# TCP_PORTS=\"1\"\r\n")]
    public void A_file_that_says_nothing_is_named(string text)
    {
        Assert.Contains("portsentry.conf: not taken: no setting of PortSentry stands in it", Import(text).Notes.Select(static note => note.ToString()));
        Assert.Contains("default: not taken: no setting of PortSentry stands in it", Import(Debian, null, text).Notes.Select(static note => note.ToString()));
    }

    private static ClassicImport Import(string conf, string? ignore = null, string? defaults = null) => ClassicImporter.Import(
        new ClassicInput("portsentry.conf", conf),
        ignore is null ? [] : [new ClassicInput("portsentry.ignore", ignore)],
        defaults is null ? null : new ClassicInput("default", defaults));

    private static PortSentryOptions Load(ClassicImport import) =>
        ConfigurationLoader.Load(new HoconLoader(), [ConfigurationLoader.Reference(), new HoconSource("import", import.Hocon)]);
}
