using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PortSentry.Responders.Mail;
using PortSentry.Responders.Tests.Namespaces;

namespace PortSentry.Responders.Tests.Mail;

/// <summary>With a real SMTP server, aiosmtpd (Debian: python3-aiosmtpd), in a namespace of its own.</summary>
public sealed class MailServerTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly NetNamespace _space = new();

    public void Dispose()
    {
        _space.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(MailSecurity.None)]
    [InlineData(MailSecurity.Starttls)]
    [InlineData(MailSecurity.Tls)]
    public Task A_real_server_gets_envelope_headers_and_text(MailSecurity security) => _space.RunAsync(async () =>
    {
        using var server = Server(security);
        var options = Options(security) with { To = ["ann@example.org", "bob@example.org"] };
        Assert.Null(await new MailSender(options, TimeProvider.System).SendAsync("[portsentry] web1: 1 alarm", "line one\n.\nline three, from Zürich\n", default));
        var file = Assert.Single(Directory.GetFiles(_folder["box"] + "/new"));
        var mail = await File.ReadAllTextAsync(file);
        Assert.Contains("Subject: [portsentry] web1: 1 alarm\n", mail);
        Assert.Contains("To: ann@example.org, bob@example.org\n", mail);
        Assert.Contains("X-MailFrom: portsentry@example.org\n", mail);
        Assert.Contains("X-RcptTo: ann@example.org, bob@example.org\n", mail);
        Assert.Contains("\nline one\n.\nline three, from Z", mail);
    });

    [Fact]
    public Task An_untrusted_certificate_a_server_without_STARTTLS_and_a_dead_one_are_named() => _space.RunAsync(async () =>
    {
        using (Server(MailSecurity.Starttls))
            Assert.Contains("127.0.0.1:2525: ", await new MailSender(Options(MailSecurity.Starttls) with { CaFile = "" }, TimeProvider.System).SendAsync("s", "t", default));
        using (Server(MailSecurity.None))
            Assert.Contains("STARTTLS", await new MailSender(Options(MailSecurity.Starttls), TimeProvider.System).SendAsync("s", "t", default));
        Assert.Contains("refused", await new MailSender(Options(MailSecurity.None), TimeProvider.System).SendAsync("s", "t", default));
        Assert.False(Directory.Exists(_folder["box"] + "/new") && Directory.EnumerateFiles(_folder["box"] + "/new").Any());
    });

    private MailOptions Options(MailSecurity security)
    {
        var options = new MailOptions
        {
            Transport = MailTransport.Smtp, Host = "127.0.0.1", Port = 2525, Security = security, CaFile = security == MailSecurity.None ? "" : _folder["cert.pem"],
            From = "portsentry@example.org", To = ["ann@example.org"],
        };
        Assert.Empty(options.Check());
        return options;
    }

    private Running Server(MailSecurity security)
    {
        string[] tls = [];
        if (security != MailSecurity.None)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(System.Net.IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            File.WriteAllText(_folder["cert.pem"], certificate.ExportCertificatePem());
            File.WriteAllText(_folder["key.pem"], key.ExportPkcs8PrivateKeyPem());
            var kind = security == MailSecurity.Tls ? "smtps" : "tls";
            tls = [$"--{kind}cert", _folder["cert.pem"], $"--{kind}key", _folder["key.pem"]];
        }
        var server = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3", ["-m", "aiosmtpd", "-n", "-l", "127.0.0.1:2525", .. tls, "-c", "aiosmtpd.handlers.Mailbox", _folder["box"]]) { RedirectStandardError = true })!;
        var listens = $":{2525:X4} 00000000:0000 0A";
        Assert.True(
            SpinWait.SpinUntil(() => server.HasExited || File.ReadAllText("/proc/thread-self/net/tcp").Contains(listens, StringComparison.Ordinal), TimeSpan.FromSeconds(15))
            && !server.HasExited, "aiosmtpd does not listen");
        return new Running(server);
    }

    private sealed class Running(Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
