using System.Text;
using System.Text.Json;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Syslog;

namespace PortSentry.Responders.Tests.Syslog;

public sealed class SyslogMessageTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), "test", "test");

    [Fact]
    public void The_classic_line_on_the_local_socket() => Assert.Equal(
        "<29>Oct  1 12:18:49 portsentry[77]: attackalert: TCP SYN/Normal scan from host: a.example/10.99.0.1 to TCP port: 143",
        Line(new(), Attack()));

    [Fact]
    public void Rfc_3164_over_the_network_names_the_host() => Assert.StartsWith(
        "<29>Oct  1 12:18:49 guard portsentry[77]: attackalert: ", Line(new() { Transport = SyslogTransport.Udp, Host = "x" }, Attack()));

    [Fact]
    public void Rfc_5424_carries_the_fields_and_escapes_them() => Assert.Equal(
        """<29>1 2026-10-01T10:18:49.000Z guard portsentry 77 scan [portsentry@32473 source="10.99.0.1" host="a\"b\\c\]d?e"] attackalert: x""",
        Line(new() { Format = SyslogFormat.Rfc5424 }, Attack() with { Text = "attackalert: x", Fields = new Dictionary<string, string> { ["host"] = "a\"b\\c]d\ne" } }));

    [Fact]
    public void A_json_body_is_one_object_on_one_line()
    {
        var line = Line(new() { Body = SyslogBody.Json }, Attack() with { Text = "a\nb", Fields = new Dictionary<string, string> { ["port"] = "143" } });
        Assert.StartsWith("<29>Oct  1 12:18:49 portsentry[77]: {", line);
        Assert.DoesNotContain('\n', line);
        var json = JsonDocument.Parse(line[line.IndexOf('{')..]).RootElement;
        Assert.Equal("2026-10-01T10:18:49.000Z", json.GetProperty("at").GetString());
        Assert.Equal("10.99.0.1", json.GetProperty("source").GetString());
        Assert.Equal("a\nb", json.GetProperty("text").GetString());
        Assert.Equal("143", json.GetProperty("fields").GetProperty("port").GetString());
    }

    [Fact]
    public void Nothing_in_a_name_ends_the_line() =>
        Assert.EndsWith("host: evil?<29>forged?/10.99.0.1", Line(new(), Attack() with { Text = "host: evil\n<29>forged\0/10.99.0.1" }));

    [Fact]
    public void A_long_message_is_cut_between_characters()
    {
        for (var extra = 0; extra < 4; extra++)
        {
            var line = new SyslogMessage(new() { MaxBytes = 480 }, Zone, "guard", 77).Of(Attack() with { Text = new string('a', extra) + new string('é', 600) });
            Assert.InRange(line.Length, 477, 480);
            Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(line));
        }
    }

    [Theory]
    [InlineData(NoticeSeverity.Alert, "<25>")]
    [InlineData(NoticeSeverity.Info, "<30>")]
    public void Severity_and_facility_make_the_priority(NoticeSeverity severity, string priority) =>
        Assert.StartsWith(priority, Line(new(), Attack() with { Severity = severity }));

    private static Notice Attack() => new(
        Instant.From(new DateTimeOffset(2026, 10, 1, 10, 18, 49, TimeSpan.Zero)), NoticeSeverity.Notice,
        "attackalert: TCP SYN/Normal scan from host: a.example/10.99.0.1 to TCP port: 143", "scan", Address.Parse("10.99.0.1"), new Dictionary<string, string>());

    private static string Line(SyslogOptions options, Notice notice)
    {
        Assert.Empty(options.Check());
        return Encoding.UTF8.GetString(new SyslogMessage(options, Zone, "guard", 77).Of(notice));
    }
}
