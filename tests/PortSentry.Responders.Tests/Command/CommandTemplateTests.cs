using PortSentry.Responders.Command;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Command;

public sealed class CommandTemplateTests
{
    [Theory]
    [InlineData("/sbin/route add -host $TARGET$ reject", "/sbin/route|add|-host|10.99.1.1|reject")]
    [InlineData("  a\t b  ", "a|b")]
    [InlineData("a 'b c' \"d e\" f\\ g", "a|b c|d e|f g")]
    [InlineData("a '' \"\"", "a||")]
    [InlineData("a b'c d'e", "a|bc de")]
    [InlineData("a '$TARGET$ on $PORT$' --mode=$MODE$ $TARGET$$TARGET$", "a|10.99.1.1 on 143|--mode=atcp|10.99.1.110.99.1.1")]
    [InlineData("a \"\\\"\" '\\'", "a|\"|\\")]
    [InlineData("a '|' \";\" \\&", "a|||;|&")]
    [InlineData("a $HOME *", "a|$HOME|*")]
    public void Splits_as_people_expect_and_replaces_inside_arguments(string text, string expected)
    {
        var (template, error) = CommandTemplate.Parse(text);
        Assert.Null(error);
        Assert.Equal(expected, string.Join('|', Assert.Single(template!.Steps(Block("10.99.1.1")))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a 'b")]
    [InlineData("a \"b")]
    [InlineData("a \\")]
    [InlineData("a | b")]
    [InlineData("a > /tmp/x")]
    [InlineData("a; b")]
    [InlineData("a & b")]
    [InlineData("a&&b")]
    [InlineData("a &&")]
    [InlineData("&& a")]
    [InlineData("a `b`")]
    [InlineData("a $(b)")]
    [InlineData("$TARGET$ a")]
    [InlineData("a && $MODE$")]
    [InlineData("a\nb")]
    [InlineData("a $TARGT$")]
    [InlineData("a '$target$'")]
    public void What_would_need_a_shell_or_is_unfinished_is_refused(string text)
    {
        Assert.NotNull(CommandTemplate.Parse(text).Error);
        Assert.Contains(new CommandOptions { Run = text }.Check(), p => p.Key == "run");
    }

    [Fact]
    public void Commands_joined_by_and_are_steps()
    {
        var (template, _) = CommandTemplate.Parse("/sbin/iptables -I INPUT -s $TARGET$ -j DROP && /sbin/iptables -I INPUT -s $TARGET$ -j LOG --log-prefix 'Portsentry: dropping: '");
        Assert.Equal(["/sbin/iptables -I INPUT -s 10.99.1.1 -j DROP", "/sbin/iptables -I INPUT -s 10.99.1.1 -j LOG --log-prefix Portsentry: dropping: "],
            template!.Steps(Block("10.99.1.1")).Select(s => string.Join(' ', s)));
    }

    [Fact]
    public void A_value_with_blanks_would_stay_one_argument()
    {
        var request = Block("10.99.1.1") with { Mode = "a b; reboot" };
        Assert.Equal(["x", "a b; reboot"], CommandTemplate.Parse("x $MODE$").Template!.Steps(request).Single());
    }
}
