using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PortSentry.Core;
using PortSentry.Responders.Syslog;
using PortSentry.Responders.Tests.Namespaces;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Syslog;

public sealed class SyslogResponderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rsyslog_reads_program_pid_facility_severity_and_text()
    {
        using var daemon = new Rsyslog(_folder, "%syslogfacility-text%|%syslogseverity-text%|%syslogtag%|%msg%");
        await using var syslog = new SyslogResponder(new() { Path = daemon.Socket }, Real);
        Ok(await syslog.StartAsync(default));
        Ok(await syslog.NotifyAsync(Line("adminalert: PortSentry is now active and listening."), default));
        Ok(await syslog.NotifyAsync(Line("attackalert: Host 10.99.0.1 has been blocked via wrappers with string: \"ALL: 10.99.0.1 : DENY\""), default));
        Assert.Equal(
            [
                $"daemon|notice|portsentry[{Environment.ProcessId}]:| adminalert: PortSentry is now active and listening.",
                $"daemon|notice|portsentry[{Environment.ProcessId}]:| attackalert: Host 10.99.0.1 has been blocked via wrappers with string: \"ALL: 10.99.0.1 : DENY\"",
            ],
            daemon.Lines(2));
    }

    [Fact]
    public async Task A_restarted_rsyslog_hears_us_again_and_a_missing_one_is_a_result()
    {
        using var folder = new ScratchFolder();
        await using var syslog = new SyslogResponder(new() { Path = _folder["log"] }, Real);
        var nobody = await syslog.StartAsync(default);
        Assert.False(nobody.Ok);
        Assert.True(nobody.Retryable);
        Assert.Contains(_folder["log"], nobody.Error);
        using (var daemon = new Rsyslog(_folder, "%msg%"))
        {
            Ok(await syslog.NotifyAsync(Line("one"), default));
            Assert.Equal([" one"], daemon.Lines(1));
        }
        Assert.False((await syslog.NotifyAsync(Line("lost"), default)).Ok);
        using (var daemon = new Rsyslog(_folder, "%msg%"))
        {
            Ok(await syslog.NotifyAsync(Line("two"), default));
            Assert.Equal([" one", " two"], daemon.Lines(2));
        }
        // Restarted between two notices: the first send meets the dead socket and is made again.
        using (var daemon = new Rsyslog(_folder, "%msg%"))
        {
            Ok(await syslog.NotifyAsync(Line("three"), default));
            Assert.Equal([" one", " two", " three"], daemon.Lines(3));
        }
    }

    [Theory]
    [InlineData(SyslogTransport.Udp, 5514, SyslogFormat.Rfc3164)]
    [InlineData(SyslogTransport.Tcp, 5601, SyslogFormat.Rfc3164)]
    [InlineData(SyslogTransport.Udp, 5514, SyslogFormat.Rfc5424)]
    [InlineData(SyslogTransport.Tcp, 5601, SyslogFormat.Rfc5424)]
    public async Task Rsyslog_understands_what_comes_over_the_network(SyslogTransport transport, int port, SyslogFormat format)
    {
        using var space = new NetNamespace();
        await space.RunAsync(async () =>
        {
            using var daemon = new Rsyslog(_folder, "%syslogfacility-text%|%syslogseverity-text%|%hostname%|%programname%|%procid%|%msg:::drop-last-lf%|%structured-data%", network: true);
            await using var syslog = new SyslogResponder(new() { Transport = transport, Host = "127.0.0.1", Port = port, Format = format }, Real);
            Ok(await syslog.NotifyAsync(Line("attackalert: one"), default));
            Ok(await syslog.NotifyAsync(Line("attackalert: two"), default));
            var space = format == SyslogFormat.Rfc3164 ? " " : "";
            var data = format == SyslogFormat.Rfc3164 ? "-" : "[portsentry@32473 port=\"143\"]";
            Assert.Equal(
                [.. ((string[])["one", "two"]).Select(n => $"daemon|notice|{Environment.MachineName}|portsentry|{Environment.ProcessId}|{space}attackalert: {n}|{data}")],
                daemon.Lines(2));
        });
    }

    [Fact]
    public async Task Tls_frames_are_counted_and_an_untrusted_certificate_is_refused()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_folder["ca.pem"], certificate.ExportCertificatePem());
        using var space = new NetNamespace();
        await space.RunAsync(async () =>
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var received = ReceiveTls(listener, certificate, 2);
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;

            await using var distrusting = new SyslogResponder(new() { Transport = SyslogTransport.Tls, Host = "127.0.0.1", Port = port }, Real);
            var refused = await distrusting.NotifyAsync(Line("secret"), default);
            Assert.Contains("certificate", refused.Error);
            await using var syslog = new SyslogResponder(new() { Transport = SyslogTransport.Tls, Host = "127.0.0.1", Port = port, CaFile = _folder["ca.pem"] }, Real);
            Ok(await syslog.NotifyAsync(Line("attackalert: one"), default));
            await syslog.DisposeAsync();

            var text = (await received)[1];
            var length = int.Parse(text[..text.IndexOf(' ')]);
            Assert.Equal(length, text.Length - text.IndexOf(' ') - 1);
            Assert.EndsWith($"portsentry[{Environment.ProcessId}]: attackalert: one", text);
        });
    }

    private static async Task<string[]> ReceiveTls(TcpListener listener, X509Certificate2 certificate, int connections)
    {
        var texts = new List<string>();
        for (var i = 0; i < connections; i++)
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(certificate);
                using var reader = new StreamReader(tls, Encoding.UTF8);
                texts.Add(await reader.ReadToEndAsync());
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                texts.Add("");
            }
        }
        return [.. texts];
    }

    private static Notice Line(string text) => new(
        Instant.From(TimeProvider.System.GetUtcNow()), NoticeSeverity.Notice, text, "scan", null, new Dictionary<string, string> { ["port"] = "143" });

    private static void Ok(ResponderResult result) => Assert.True(result.Ok, result.Error);
}
