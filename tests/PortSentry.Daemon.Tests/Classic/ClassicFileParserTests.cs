using PortSentry.Daemon.Classic;

namespace PortSentry.Daemon.Tests.Classic;

public sealed class ClassicFileParserTests
{
    [Theory]
    [InlineData("TCP_PORTS=\"1,2\"", "1,2")]
    [InlineData("TCP_PORTS = \"1,2\"", "1,2")]
    [InlineData("  TCP_PORTS=\"1,2\"\r", "1,2")]
    [InlineData("\uFEFFTCP_PORTS=\"1,2\"", "1,2")]
    [InlineData("TCP_PORTS=\"1,2\" # the usual ones", "1,2")]
    public void A_line_as_it_should_be_has_no_note(string text, string value)
    {
        var file = Parse(text);
        Assert.Equal(value, file.Find("TCP_PORTS")?.Value);
        Assert.Empty(file.Notes);
    }

    [Theory]
    [InlineData("TCP_PORTS=“1,2”", "1,2")]
    [InlineData("TCP_PORTS=”1,2\"", "1,2")]
    [InlineData("TCP_PORTS='1,2'", "1,2")]
    [InlineData("TCP_PORTS=1,2", "1,2")]
    [InlineData("TCP_PORTS=1,2 # usual", "1,2")]
    [InlineData("TCP_PORTS=\"1,2", "1,2")]
    [InlineData("tcp_ports=\"1,2\"", "1,2")]
    [InlineData("TCP_PORTS=\"1,\n2,3\"", "1,2,3")]
    [InlineData("TCP_PORTS=\"1\n2\"", "1,2")]
    [InlineData("TCP_PORTS=\"1,\"\n2,3", "1,,2,3")]
    [InlineData("TCP_PORTS=\"1,2,\"\r\n  \"3,4\"\r\n", "1,2,,3,4")]
    public void A_slip_is_taken_with_a_note(string text, string value)
    {
        var file = Parse(text);
        Assert.Equal(value, file.Find("TCP_PORTS")?.Value);
        Assert.All(file.Notes, n => Assert.Equal(ClassicNoteKind.Repaired, n.Kind));
        Assert.NotEmpty(file.Notes);
    }

    [Theory]
    [InlineData("TCP_PORT=\"1\"", "did you mean TCP_PORTS?")]
    [InlineData("FOO_BAR=\"1\"", "no such key")]
    [InlineData("just some words", "no KEY=\"value\"")]
    [InlineData("TCP_PORTS=", "no value")]
    [InlineData("TCP_PORTS=\"\"", "an empty value")]
    public void A_line_that_cannot_be_taken_says_why(string text, string why)
    {
        var note = Assert.Single(Parse("# a comment\n\n" + text).Notes);
        Assert.Equal((ClassicNoteKind.Refused, 3), (note.Kind, note.Line));
        Assert.Contains(why, note.Text);
        Assert.StartsWith("portsentry.conf:3: ", note.ToString());
    }

    [Fact]
    public void The_first_definition_wins_and_the_second_is_named()
    {
        var file = Parse("BLOCK_TCP=\"1\"\nBLOCK_TCP=\"2\"");
        Assert.Equal("1", file.Find("BLOCK_TCP")?.Value);
        Assert.Contains("line 1 defines it already", Assert.Single(file.Notes).Text);
    }

    [Fact]
    public void A_missing_quote_does_not_swallow_the_next_key()
    {
        var file = Parse("TCP_PORTS=\"1,2\nUDP_PORTS=\"3\"\n");
        Assert.Equal("1,2", file.Find("TCP_PORTS")?.Value);
        Assert.Equal("3", file.Find("UDP_PORTS")?.Value);
    }

    [Theory]
    [InlineData("# x\nTCP_PORTS=\"1\"", true)]
    [InlineData("portsentry { enforce = on }\nvars { TCP_PORTS = 1 }", false)]
    [InlineData("", false)]
    public void A_classic_file_is_known_from_HOCON(string text, bool classic) => Assert.Equal(classic, ClassicFileParser.LooksClassic(text));

    private static ClassicFile Parse(string text) => ClassicFileParser.Parse("portsentry.conf", text, ClassicFileParser.ConfKeys);
}
