using PortSentry.Daemon.Commands;

namespace PortSentry.Daemon.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("replay --format xml x.pcap", "--format 'xml': table or json.")]
    [InlineData("status --format 1", "--format '1': table or json.")]
    [InlineData("history --last -5", "--last '-5': a number from 1 to 100000.")]
    [InlineData("history --last 0", "--last '0': a number from 1 to 100000.")]
    [InlineData("history --last 99999999999", "--last '99999999999': a number from 1 to 100000.")]
    [InlineData("why bla", "'bla' is no address.")]
    [InlineData("block 192.0.2.1 --for -5m", "'-5m' is no duration: 30s, 10m, 1h, 7d.")]
    public void A_slip_is_named_in_words_for_people(string line, string said) =>
        Assert.Equal(said, Assert.Single(CommandLine.Parse(line.Split(' ')).Errors).Message);

    [Theory]
    [InlineData("history --last 5 --format json")]
    [InlineData("history")]
    [InlineData("replay --format table x.pcap")]
    public void What_is_right_passes(string line) => Assert.Empty(CommandLine.Parse(line.Split(' ')).Errors);
}
