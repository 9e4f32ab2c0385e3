using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Engine.TestKit;
using PortSentry.Responders.Mail;
using PortSentry.Responders.Tests.Namespaces;

namespace PortSentry.Responders.Tests.Mail;

/// <summary>With a stand-in for sendmail(8) that records what it gets.</summary>
public sealed class MailResponderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();

    public MailResponderTests()
    {
        File.WriteAllText(Sendmail, $"""
            #!/bin/sh
            [ -e '{_folder["down"]}' ] && echo 'queue full' >&2 && exit 75
            n=$(ls '{_folder.Path}' | grep -c 'arguments')
            for a in "$@"; do echo "$a"; done >'{_folder.Path}'/arguments$n
            cat >'{_folder.Path}'/mail$n
            """);
        File.SetUnixFileMode(Sendmail, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string Sendmail => _folder["sendmail"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_alarm_goes_at_once_and_what_follows_goes_in_one_mail_an_interval()
    {
        await using var mail = Responder(new() { To = ["root", "ann@example.org"], From = "ps@example.org" });
        await TellAsync(mail, Scan("10.99.0.1"), Block("10.99.0.1"));
        await TurnAsync(mail, TimeSpan.FromSeconds(2));
        Assert.Equal(["-i", "-f", "ps@example.org", "--", "root", "ann@example.org"], File.ReadAllLines(_folder["arguments0"]));
        var first = Mail(0);
        Assert.Contains($"Subject: [portsentry] {Environment.MachineName}: scan by 10.99.0.1, 10.99.0.1 blocked\n", first);
        Assert.Contains("From: PortSentry <ps@example.org>\n", first);
        Assert.Contains("Auto-Submitted: auto-generated\n", first);
        Assert.Contains("\n\n2025-01-01T00:00:00.000Z  attackalert: scan by 10.99.0.1\n2025-01-01T00:00:00.000Z  attackalert: 10.99.0.1 is blocked\n", first);

        await TellAsync(mail, Scan("10.99.0.2"), Block("10.99.0.2"));
        await TurnAsync(mail, TimeSpan.FromMinutes(14));
        await TellAsync(mail, Scan("10.99.0.3"), Alarm(), Line("watch", null, "adminalert: nobody asked for this one"));
        Assert.Equal(1, Mails);
        await TurnAsync(mail, TimeSpan.FromMinutes(1));
        var second = Mail(1);
        Assert.Contains("Subject: [portsentry] ", second);
        Assert.Contains(": 2 scanners, 10.99.0.2 blocked, 1 alarm\n", Unfolded(second));
        Assert.DoesNotContain("10.99.0.1 ", second);
        Assert.DoesNotContain("nobody asked", second);

        await TurnAsync(mail, TimeSpan.FromHours(2));
        Assert.Equal(2, Mails);
    }

    [Fact]
    public async Task A_mail_that_does_not_get_through_is_a_fault_until_it_does_and_nothing_is_lost()
    {
        File.WriteAllText(_folder["down"], "");
        await using var mail = Responder(new());
        await TellAsync(mail, Scan("10.99.0.1"));
        await TurnAsync(mail, TimeSpan.FromSeconds(2));
        Assert.Contains("queue full; 1 lines wait", mail.Fault);
        await TellAsync(mail, Scan("10.99.0.2"));
        await TurnAsync(mail, TimeSpan.FromMinutes(1));
        Assert.Contains("2 lines wait", mail.Fault);

        File.Delete(_folder["down"]);
        await TurnAsync(mail, TimeSpan.FromMinutes(2));
        Assert.Null(mail.Fault);
        Assert.Contains("scan by 10.99.0.1\n", Mail(0));
        Assert.Contains("scan by 10.99.0.2\n", Mail(0));
    }

    [Fact]
    public async Task More_lines_than_fit_are_counted()
    {
        await using var mail = Responder(new() { MaxLines = 10 });
        for (var i = 0; i < 25; i++) await TellAsync(mail, Scan($"10.99.0.{i}"));
        await TurnAsync(mail, TimeSpan.FromSeconds(2));
        Assert.Contains("... and 15 more, which portsentry history shows\n", Mail(0));
        Assert.Contains(": 10 scanners and more\n", Unfolded(Mail(0)));
    }

    [Fact]
    public async Task What_waits_at_the_end_is_sent()
    {
        var mail = Responder(new());
        await TellAsync(mail, Scan("10.99.0.1"));
        await mail.DisposeAsync();
        Assert.Contains("scan by 10.99.0.1\n", Mail(0));
    }

    [Fact]
    public async Task A_host_without_sendmail_is_told_what_to_do()
    {
        await using var mail = new MailResponder(new() { Sendmail = _folder["nowhere"] }, Services);
        var result = await mail.StartAsync(default);
        Assert.False(result.Ok);
        Assert.True(result.Retryable);
        Assert.Contains("set transport = smtp", result.Error);
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.Empty(new MailOptions().Check());
        Assert.Equal(
            ["to", "digest", "events", "max-lines", "sendmail", "timeout"],
            new MailOptions { To = ["-oQ/tmp"], Digest = TimeSpan.Zero, Events = ["scam"], MaxLines = 0, Sendmail = "sendmail", Timeout = TimeSpan.Zero }.Check().Select(p => p.Key));
        Assert.Equal(
            ["to", "host", "port", "password-file", "user"],
            new MailOptions { Transport = MailTransport.Smtp, Port = 70_000, User = "u", Security = MailSecurity.None }.Check().Select(p => p.Key));
    }

    private static ResponderServices ServicesOf(TimeProvider time) => new(time, NullLogger.Instance);

    private ResponderServices Services => ServicesOf(_clock);

    private int Mails => Directory.GetFiles(_folder.Path, "mail*").Length;

    private MailResponder Responder(MailOptions options)
    {
        options = options with { Sendmail = Sendmail };
        Assert.Empty(options.Check());
        return new MailResponder(options, Services);
    }

    private static async Task TellAsync(MailResponder mail, params Notice[] notices)
    {
        foreach (var notice in notices) Assert.True((await mail.NotifyAsync(notice, default)).Ok);
    }

    private async Task TurnAsync(MailResponder mail, TimeSpan by)
    {
        _clock.Advance(by);
        await mail.Sending;
    }

    private string Mail(int number) => File.ReadAllText(_folder[$"mail{number}"]);

    private static string Unfolded(string mail) => mail.Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal);

    private Notice Scan(string address) => Line("scan", address, $"attackalert: scan by {address}");

    private Notice Block(string address) => Line("block", address, $"attackalert: {address} is blocked");

    private Notice Alarm() => Line("alarm", null, "adminalert: the disk is full");

    private Notice Line(string what, string? address, string text) => new(
        Instant.From(_clock.GetUtcNow()), NoticeSeverity.Notice, text, what, address is null ? null : Address.Parse(address), new Dictionary<string, string>());
}
