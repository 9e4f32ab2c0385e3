using System.Net.Sockets;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Classic;
using PortSentry.Responders;

namespace PortSentry.Daemon.Tests.Classic;

public sealed class HostNamesTests
{
    private static readonly Address Scanner = Address.Parse("192.0.2.1");

    [Theory]
    [InlineData("scanner.example.org", "scanner.example.org")]
    [InlineData("a\nb: attackalert: forged", "a?b??attackalert??forged")]
    [InlineData("", null)]
    [InlineData("192.0.2.1", null)]
    public async Task Only_what_a_host_name_may_hold_is_printed(string answered, string? printed) =>
        Assert.Equal(printed, await new HostNames((_, _) => Task.FromResult<string?>(answered), TimeProvider.System).NameOfAsync(Scanner, default));

    [Fact]
    public void A_name_is_cut_at_253_characters() => Assert.Equal(253, HostNames.Plain(new string('a', 4000), Scanner)!.Length);

    [Fact]
    public async Task An_answer_is_kept_also_when_there_is_none()
    {
        var asked = 0;
        var names = new HostNames((_, _) => ++asked > 0 ? throw new SocketException((int)SocketError.HostNotFound) : Task.FromResult<string?>(null), TimeProvider.System);
        Assert.Null(await names.NameOfAsync(Scanner, default));
        Assert.Null(await names.NameOfAsync(Scanner, default));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_flood_of_addresses_asks_thirty_times_a_minute()
    {
        var asked = 0;
        var names = new HostNames((_, _) => Task.FromResult<string?>($"h{++asked}"), TimeProvider.System);
        for (var i = 0; i < 100; i++) await names.NameOfAsync(Address.FromV4(0x0A00_0000u + (uint)i), default);
        Assert.Equal(30, asked);
    }

    [Fact]
    public async Task The_name_stands_in_the_line_before_the_address()
    {
        var told = new Recorder();
        var reporter = new NamingReporter(told, new HostNames((_, _) => Task.FromResult<string?>("evil.example"), TimeProvider.System));
        var notice = new Notice(
            default, NoticeSeverity.Notice, "attackalert: UDP scan from host: 192.0.2.1/192.0.2.1 to UDP port: 7; x", "scan", Scanner, new Dictionary<string, string>());
        Assert.True((await reporter.NotifyAsync(notice, default)).Ok);
        Assert.Equal("attackalert: UDP scan from host: evil.example/192.0.2.1 to UDP port: 7; x", Assert.Single(told.Notices).Text);
    }

    private sealed class Recorder : INoticeResponder
    {
        public List<Notice> Notices { get; } = [];

        public string Name => "recorder";

        public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => ValueTask.FromResult(ResponderResult.Done);

        public ValueTask<ResponderResult> NotifyAsync(Notice notice, CancellationToken stop)
        {
            Notices.Add(notice);
            return ValueTask.FromResult(ResponderResult.Done);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
