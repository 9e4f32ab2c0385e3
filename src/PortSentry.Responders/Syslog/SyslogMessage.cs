using System.Globalization;
using System.Text;

namespace PortSentry.Responders.Syslog;

/// <summary>One message as bytes, without framing.</summary>
internal sealed class SyslogMessage(SyslogOptions options, TimeZoneInfo zone, string hostName, int processId)
{
    // RFC 5612 sets this enterprise number aside for documentation; we have no own.
    private const string StructuredId = "portsentry@32473";

    public byte[] Of(Notice notice)
    {
        var text = options.Body == SyslogBody.Json ? Encoding.UTF8.GetString(NoticeJson.Of(notice)) : notice.Text;
        var priority = (options.Facility * 8) + (int)notice.Severity;
        var line = options.Format == SyslogFormat.Rfc5424
            ? string.Create(CultureInfo.InvariantCulture, $"<{priority}>1 {notice.At} {hostName} {options.Ident} {processId} {notice.Event} {Structured(notice)} {OneLine(text)}")
            : string.Create(CultureInfo.InvariantCulture, $"<{priority}>{Stamp(notice)} {Host()}{options.Ident}[{processId}]: {OneLine(text)}");
        var bytes = Encoding.UTF8.GetBytes(line);
        return bytes.Length <= options.MaxBytes ? bytes : Cut(bytes, options.MaxBytes);
    }

    // RFC 3164 4.1.2: local time, the day padded by a blank. On the local socket nobody writes a host.
    private string Stamp(Notice notice)
    {
        var local = TimeZoneInfo.ConvertTime(notice.At.ToDateTimeOffset(), zone);
        return local.ToString("MMM ", CultureInfo.InvariantCulture) + local.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2)
            + local.ToString(" HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private string Host() => options.Transport == SyslogTransport.Local ? "" : hostName + " ";

    // RFC 5424 6.3: in a value ", \ and ] are escaped. JSON in the body says it all, so then no element.
    private string Structured(Notice notice)
    {
        if (options.Body == SyslogBody.Json) return "-";
        var text = new StringBuilder("[").Append(StructuredId);
        if (notice.Source is { } source) Parameter(text, "source", source.ToString());
        foreach (var (key, value) in notice.Fields) Parameter(text, key, value);
        return text.Append(']').ToString();
    }

    private static void Parameter(StringBuilder text, string name, string value)
    {
        text.Append(' ').Append(name).Append("=\"");
        foreach (var c in OneLine(value))
        {
            if (c is '"' or '\\' or ']') text.Append('\\');
            text.Append(c);
        }
        text.Append('"');
    }

    // A resolved name is an attacker's text: nothing in it may end a line or look like one of ours.
    private static string OneLine(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;

    // Not inside a UTF-8 sequence (10xxxxxx continues one).
    private static byte[] Cut(byte[] bytes, int length)
    {
        while (length > 0 && (bytes[length] & 0xC0) == 0x80) length--;
        return bytes[..length];
    }
}
