using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PortSentry.Responders.Webhook;

/// <summary>
/// A notice as Standard Webhooks (standardwebhooks.com, spec 1.0) wants it:
/// <c>{"type":"portsentry.block","timestamp":"…Z","data":{"host":"web1",…<see cref="NoticeJson"/>…}}</c>
/// </summary>
/// <param name="Id">The same for the same notice, so that a receiver knows a repetition: "msg_" and 32 hexadecimal digits.</param>
internal sealed record WebhookMessage(string Id, byte[] Body)
{
    public static WebhookMessage Of(Notice notice, string host)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "portsentry." + notice.Event);
            json.WriteString("timestamp"u8, notice.At.ToString());
            json.WriteStartObject("data"u8);
            json.WriteString("host"u8, host);
            NoticeJson.WriteFields(json, notice);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        var body = buffer.WrittenSpan.ToArray();
        return new("msg_" + Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16)), body);
    }

    /// <summary>The bytes of a key that stands in a file; null where the text is none.</summary>
    public static byte[]? KeyOf(string secret)
    {
        const string Prefix = "whsec_";
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal)) return secret.Length is >= 24 and <= 256 ? Encoding.UTF8.GetBytes(secret) : null;
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length is >= 24 and <= 64 ? key[..length] : null;
    }

    /// <returns>The value of webhook-signature: "v1," and base64 of HMAC-SHA256 over "id.timestamp.body".</returns>
    public string Sign(byte[] key, long unixSeconds)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id}.{unixSeconds}.")), .. Body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }
}
