using PortSentry.Daemon.Classic;

namespace PortSentry.Daemon.Tests.Classic;

/// <summary>The KILL_ROUTE lines that the classic configuration lists, and what people make of them.</summary>
public sealed class ClassicCommandTests
{
    [Theory]
    [InlineData("/sbin/route add -host $TARGET$ reject", "/sbin/route|add|-host|$TARGET$|reject", "/sbin/route|del|-host|$TARGET$|reject")]
    [InlineData("/sbin/ipfwadm -I -i deny -S $TARGET$ -o", "/sbin/ipfwadm|-I|-i|deny|-S|$TARGET$|-o", "/sbin/ipfwadm|-I|-d|deny|-S|$TARGET$|-o")]
    [InlineData("/sbin/ipchains -I input -s $TARGET$ -j DENY -l", "/sbin/ipchains|-I|input|-s|$TARGET$|-j|DENY|-l", "/sbin/ipchains|-D|input|-s|$TARGET$|-j|DENY")]
    [InlineData("/sbin/iptables -I INPUT -s $TARGET$ -j DROP", "/sbin/iptables|-I|INPUT|-s|$TARGET$|-j|DROP", "/sbin/iptables|-D|INPUT|-s|$TARGET$|-j|DROP")]
    [InlineData("iptables -I INPUT 2 -s $TARGET$ -j DROP", "iptables|-I|INPUT|2|-s|$TARGET$|-j|DROP", "iptables|-D|INPUT|-s|$TARGET$|-j|DROP")]
    [InlineData("/sbin/ipfw add 1 deny all from $TARGET$:255.255.255.255 to any", "/sbin/ipfw|add|1|deny|all|from|$TARGET$:255.255.255.255|to|any", null)]
    [InlineData("/sbin/ip route add blackhole $TARGET$", "/sbin/ip|route|add|blackhole|$TARGET$", "/sbin/ip|route|del|blackhole|$TARGET$")]
    [InlineData("/usr/local/bin/tell \"$TARGET$ on $PORT$\" 'a b' c\\ d", "/usr/local/bin/tell|$TARGET$ on $PORT$|a b|c d", null)]
    [InlineData("/bin/x $TARGET$ > /dev/null 2>&1", "/bin/x|$TARGET$", null)]
    [InlineData("/bin/x $TARGET$ &", "/bin/x|$TARGET$", null)]
    public void Lines_become_argument_vectors_and_their_way_back(string line, string arguments, string? undo)
    {
        var command = ClassicCommand.Read(line, out _)!;
        Assert.Equal(arguments, string.Join('|', command.Arguments));
        Assert.Equal(undo, command.Undo is null ? null : string.Join('|', command.Undo));
        Assert.Empty(command.Repairs);
    }

    [Fact]
    public void The_ipf_line_pipes_its_rule_into_the_program()
    {
        var command = ClassicCommand.Read("/bin/echo 'block in log on eth0 from $TARGET$/32 to any' | /sbin/ipf -f -", out _)!;
        Assert.Equal(["/sbin/ipf", "-f", "-"], command.Arguments);
        Assert.Equal(["/sbin/ipf", "-r", "-f", "-"], command.Undo);
        Assert.Equal("block in log on eth0 from $TARGET$/32 to any", command.Input);
    }

    [Theory]
    [InlineData("/ sbin / route add -host $TARGET$ reject", "/sbin/route add -host $TARGET$ reject")]
    [InlineData("/sbin/iptables –I INPUT –s $TARGET$ –j DROP", "/sbin/iptables -I INPUT -s $TARGET$ -j DROP")]
    [InlineData("/bin/x \\$TARGET\\$ $ PORT $ $mode$", "/bin/x $TARGET$ $PORT$ $MODE$")]
    [InlineData("/bin/x $TARGET $PORT$", "/bin/x $TARGET$ $PORT$")]
    [InlineData("/sbin/iptables -I INPUT -s $TARGET$ -j DROP && /sbin/iptables -I INPUT -j LOG", "/sbin/iptables -I INPUT -s $TARGET$ -j DROP")]
    [InlineData("/bin/x ‘$TARGET$’", "/bin/x $TARGET$")]
    public void Slips_are_repaired_with_a_note(string line, string arguments)
    {
        var command = ClassicCommand.Read(line, out _)!;
        Assert.Equal(arguments, string.Join(' ', command.Arguments));
        Assert.NotEmpty(command.Repairs);
    }

    [Theory]
    [InlineData("/bin/cat /etc/passwd | /bin/mail root", "'|'")]
    [InlineData("/bin/x `date` $TARGET$", "substitution")]
    [InlineData("/bin/x \"$(date)\" $TARGET$", "substitution")]
    [InlineData("/bin/x $HOME", "variable")]
    [InlineData("/bin/x /tmp/*", "'*'")]
    [InlineData("/bin/x 'open", "not closed")]
    [InlineData("/bin/x || /bin/y", "'||'")]
    [InlineData("  ", "no command")]
    public void What_needs_a_shell_is_refused_with_the_reason(string line, string why)
    {
        Assert.Null(ClassicCommand.Read(line, out var reason));
        Assert.Contains(why, reason);
    }
}
