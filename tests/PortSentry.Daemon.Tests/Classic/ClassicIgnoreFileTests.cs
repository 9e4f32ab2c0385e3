using PortSentry.Daemon.Classic;

namespace PortSentry.Daemon.Tests.Classic;

public sealed class ClassicIgnoreFileTests
{
    [Theory]
    [InlineData("127.0.0.1/32", "127.0.0.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("192.168.2.77/24", "192.168.2.0/24")]
    [InlineData("10.0.0.0/8 the office", "10.0.0.0/8")]
    [InlineData("10.0.0.1# ours", "10.0.0.1")]
    [InlineData("2001:db8::1/64\r", "2001:db8::/64")]
    public void A_line_is_an_address_and_the_rest_is_ignored(string line, string prefix)
    {
        var file = ClassicIgnoreFile.Parse("f", "# comment\n\n" + line);
        Assert.Equal(prefix, Assert.Single(file.Prefixes).ToString());
        Assert.Equal(3, file.Entries[0].Line);
        Assert.Empty(file.Notes);
    }

    [Theory]
    [InlineData("10.0.0.0 / 8", "10.0.0.0/8")]
    [InlineData("10.0.0.0 /8", "10.0.0.0/8")]
    [InlineData("10.0.0.0/ 8", "10.0.0.0/8")]
    [InlineData("10.1.2.3/255.0.0.0", "10.0.0.0/8")]
    public void A_slip_is_taken_with_a_note(string line, string prefix)
    {
        var file = ClassicIgnoreFile.Parse("f", line);
        Assert.Equal(prefix, Assert.Single(file.Prefixes).ToString());
        Assert.Equal(ClassicNoteKind.Repaired, Assert.Single(file.Notes).Kind);
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.0/255.0.255.0")]
    [InlineData("/24")]
    public void What_is_no_address_is_refused_by_line(string line)
    {
        var file = ClassicIgnoreFile.Parse("portsentry.ignore", "127.0.0.1\n" + line);
        Assert.Single(file.Entries);
        Assert.Equal((ClassicNoteKind.Refused, 2), (file.Notes[0].Kind, file.Notes[0].Line));
    }
}
