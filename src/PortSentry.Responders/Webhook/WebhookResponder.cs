using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using PortSentry.Responders.Tls;

namespace PortSentry.Responders.Webhook;

/// <summary>
/// Posts each notice as JSON, signed. One request at a time and in order; waiting and repeating is the caller's business. An answer of 2xx is a
/// success; a refusal (3xx, 4xx but 408 and 429) is final, for the same request would meet it again.
/// </summary>
public sealed class WebhookResponder : INoticeResponder
{
    private readonly WebhookOptions _options;
    private readonly ResponderServices _services;
    private readonly SocketsHttpHandler _handler;
    private HttpClient? _client;
    private byte[]? _key;

    public WebhookResponder(WebhookOptions options, ResponderServices services)
        : this(options, services, new SocketsHttpHandler())
    {
    }

    /// <param name="handler">Ours from now on.</param>
    internal WebhookResponder(WebhookOptions options, ResponderServices services, SocketsHttpHandler handler)
    {
        _options = options;
        _services = services;
        _handler = handler;
        _handler.AllowAutoRedirect = false;
        // A server that moves is looked up again.
        _handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
    }

    public string Name => "webhook";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop)
    {
        if (_client is not null) return ValueTask.FromResult(ResponderResult.Done);
        try
        {
            if (Trust.Of(_options.CaFile) is { } policy) _handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
            if (_options.SecretFile.Length > 0) _key = WebhookMessage.KeyOf(File.ReadLines(_options.SecretFile).FirstOrDefault("").Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return ValueTask.FromResult(ResponderResult.Later($"webhook: {e.Message}"));
        }
        if (_options.SecretFile.Length > 0 && _key is null)
            return ValueTask.FromResult(ResponderResult.Later($"webhook: the first line of {_options.SecretFile} is no key: whsec_ and base64 of 24 to 64 bytes, or 24 to 256 characters"));
        _client = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("PortSentry", null));
        return ValueTask.FromResult(ResponderResult.Done);
    }

    public async ValueTask<ResponderResult> NotifyAsync(Notice notice, CancellationToken stop)
    {
        if (!_options.Events.Contains(notice.Event)) return ResponderResult.Done;
        var start = await StartAsync(stop);
        if (!start.Ok) return start;
        using var request = Request(WebhookMessage.Of(notice, Environment.MachineName));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(_options.Timeout);
        try
        {
            using var answer = await _client!.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return Judge(answer.StatusCode);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Later($"no answer within {_options.Timeout.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException e)
        {
            return Later((e.InnerException ?? e).Message);
        }
    }

    public ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _handler.Dispose();
        return ValueTask.CompletedTask;
    }

    private HttpRequestMessage Request(WebhookMessage message)
    {
        var now = _services.Time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        if (_key is not null) request.Headers.Add("webhook-signature", message.Sign(_key, now));
        return request;
    }

    private ResponderResult Judge(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => ResponderResult.Done,
        408 or 429 or >= 500 => Later($"it answers {(int)status}"),
        >= 300 and < 400 => Never($"it answers {(int)status} and wants us elsewhere: set url to where it is"),
        _ => Never($"it refuses with {(int)status}; look at url and secret-file, and at the server's log"),
    };

    private ResponderResult Later(string why) => ResponderResult.Later($"webhook {Where}: {why}");

    private ResponderResult Never(string why) => ResponderResult.Never($"webhook {Where}: {why}");

    // Not the whole: a path or query may be a secret.
    private string Where => new Uri(_options.Url).GetLeftPart(UriPartial.Authority);
}
