using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Tests.Namespaces;
using PortSentry.Responders.Webhook;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Webhook;

public sealed class WebhookResponderTests : IDisposable
{
    private static readonly Notice Blocked = new(
        Instant.From(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero)), NoticeSeverity.Notice, "attackalert: Host 10.99.0.1 has been blocked", "block",
        Address.Parse("10.99.0.1"), new Dictionary<string, string> { ["target"] = "10.99.0.1" });

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_notice_arrives_signed_over_id_time_and_body()
    {
        byte[] key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
        File.WriteAllText(_folder["secret"], "whsec_" + Convert.ToBase64String(key) + "\n");
        await using var receiver = await Receiver.StartAsync();
        await using var webhook = Responder(receiver, new() { SecretFile = _folder["secret"] });
        Assert.True((await webhook.NotifyAsync(Blocked, default)).Ok);

        var (headers, body) = Assert.Single(receiver.Requests);
        Assert.Equal("application/json", headers["content-type"]);
        var signed = Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(body)}");
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)), headers["webhook-signature"]);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(headers["webhook-timestamp"]), 0, 60);

        using var json = JsonDocument.Parse(body);
        Assert.Equal("portsentry.block", json.RootElement.GetProperty("type").GetString());
        Assert.Equal("2026-11-23T08:00:00.000Z", json.RootElement.GetProperty("timestamp").GetString());
        var data = json.RootElement.GetProperty("data");
        Assert.Equal(Environment.MachineName, data.GetProperty("host").GetString());
        Assert.Equal("10.99.0.1", data.GetProperty("source").GetString());
        Assert.Equal("10.99.0.1", data.GetProperty("fields").GetProperty("target").GetString());
    }

    [Theory]
    [InlineData(200, true, false)]
    [InlineData(204, true, false)]
    [InlineData(302, false, false)]
    [InlineData(400, false, false)]
    [InlineData(401, false, false)]
    [InlineData(408, false, true)]
    [InlineData(429, false, true)]
    [InlineData(500, false, true)]
    [InlineData(503, false, true)]
    public async Task An_answer_is_a_success_a_reason_to_wait_or_final(int status, bool ok, bool retryable)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var webhook = Responder(receiver, new());
        receiver.Answers.Enqueue(status);
        var result = await webhook.NotifyAsync(Blocked, default);
        Assert.Equal((ok, retryable), (result.Ok, result.Retryable));
        if (!ok) Assert.Contains($"webhook http://127.0.0.1:8008: it {(retryable || status < 400 ? "answers" : "refuses with")} {status}", result.Error);
    }

    [Fact]
    public async Task A_repetition_has_the_same_id_and_another_notice_another()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var webhook = Responder(receiver, new());
        receiver.Answers.Enqueue(503);
        await webhook.NotifyAsync(Blocked, default);
        await webhook.NotifyAsync(Blocked with { }, default);
        await webhook.NotifyAsync(Blocked with { Text = "another" }, default);
        var ids = receiver.Requests.Select(r => r.Headers["webhook-id"]).ToArray();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
        Assert.DoesNotContain(receiver.Requests, r => r.Headers.ContainsKey("webhook-signature"));
    }

    [Fact]
    public async Task A_server_that_never_answers_and_one_that_is_not_there_are_tried_again_later()
    {
        await using (var receiver = await Receiver.StartAsync())
        {
            receiver.Answers.Enqueue(0);
            await using var webhook = Responder(receiver, new() { Timeout = TimeSpan.FromMilliseconds(200) });
            var silent = await webhook.NotifyAsync(Blocked, default);
            Assert.True(silent.Retryable);
            Assert.Contains("no answer within 0.2 s", silent.Error);
        }
        await using var other = await Receiver.StartAsync();
        await using var dead = Responder(other, new() { Url = "http://127.0.0.1:1/hook" });
        var result = await dead.NotifyAsync(Blocked, default);
        Assert.True(result.Retryable);
        Assert.Contains("refused", result.Error);
    }

    [Fact]
    public async Task Events_that_nobody_asked_for_are_not_posted()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var webhook = Responder(receiver, new() { Events = ["scan"] });
        Assert.True((await webhook.NotifyAsync(Blocked, default)).Ok);
        Assert.Empty(receiver.Requests);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("whsec_AAAA")]
    [InlineData("whsec_this is no base64 at all, is it")]
    public async Task A_key_that_is_none_is_named_with_its_file(string secret)
    {
        File.WriteAllText(_folder["secret"], secret);
        await using var webhook = new WebhookResponder(new() { Url = "http://127.0.0.1:1/", SecretFile = _folder["secret"] }, Real);
        var result = await webhook.StartAsync(default);
        Assert.False(result.Ok);
        Assert.Contains($"the first line of {_folder["secret"]} is no key", result.Error);
    }

    [Fact]
    public void Options_out_of_range_are_named() => Assert.Equal(
        ["url", "secret-file", "events", "ca-file", "timeout"],
        new WebhookOptions { Url = "ftp://x", SecretFile = "key", Events = [], CaFile = "ca", Timeout = TimeSpan.FromMinutes(1) }.Check().Select(p => p.Key));

    private static WebhookResponder Responder(Receiver receiver, WebhookOptions options)
    {
        if (options.Url.Length == 0) options = options with { Url = "http://127.0.0.1:8008/hook?token=secret" };
        Assert.Empty(options.Check());
        return new WebhookResponder(options, Real, receiver.Handler());
    }
}
