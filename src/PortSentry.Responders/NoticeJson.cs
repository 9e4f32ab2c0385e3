using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PortSentry.Responders;

/// <summary>
/// A notice as one JSON object on one line:
/// <c>{"at":"…Z","event":"block","severity":"notice","source":"10.99.0.1","text":"attackalert: …","fields":{…}}</c>; source is
/// left out where there is none. docs/notices.md is its description.
/// </summary>
public static class NoticeJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>UTF-8, no line end.</returns>
    public static byte[] Of(Notice notice)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options)) Write(json, notice);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter json, Notice notice)
    {
        json.WriteStartObject();
        WriteFields(json, notice);
        json.WriteEndObject();
    }

    /// <summary>Into an object that has begun.</summary>
    public static void WriteFields(Utf8JsonWriter json, Notice notice)
    {
        json.WriteString("at"u8, notice.At.ToString());
        json.WriteString("event"u8, notice.Event);
        json.WriteString("severity"u8, notice.Severity.ToString().ToLowerInvariant());
        if (notice.Source is { } source) json.WriteString("source"u8, source.ToString());
        json.WriteString("text"u8, notice.Text);
        json.WriteStartObject("fields"u8);
        foreach (var (key, value) in notice.Fields) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
