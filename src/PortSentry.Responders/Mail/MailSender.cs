using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using PortSentry.Responders.Processes;
using PortSentry.Responders.Tls;

namespace PortSentry.Responders.Mail;

/// <summary>Hands one mail over, to sendmail(8) or to a server.</summary>
internal sealed class MailSender(MailOptions options, TimeProvider time)
{
    // RFC 5322 2.1.1. A shorter limit would encode our lines, and nobody could search for them.
    private const int LongestLine = 998;
    private static readonly FormatOptions ForSendmail = Lines();

    /// <returns>Null when somebody else is responsible for it now, else why not.</returns>
    public async Task<string?> SendAsync(string subject, string text, CancellationToken stop)
    {
        using var mail = new MimeMessage { Subject = subject, Body = new TextPart("plain") { Text = text }, Date = time.GetUtcNow() };
        mail.From.Add(new MailboxAddress("PortSentry", options.EffectiveFrom));
        mail.To.AddRange(options.To.Select(static to => new MailboxAddress("", to)));
        // RFC 3834: no answering machine shall answer.
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return options.Transport == MailTransport.Sendmail ? await HandOverAsync(mail, stop) : await SubmitAsync(mail, stop);
    }

    private async Task<string?> HandOverAsync(MimeMessage mail, CancellationToken stop)
    {
        mail.Prepare(EncodingConstraint.SevenBit, LongestLine);
        using var bytes = new MemoryStream();
        await mail.WriteToAsync(ForSendmail, bytes, stop);
        var error = await ProcessRunner.RunAsync(options.Sendmail, ["-i", "-f", options.EffectiveFrom, "--", .. options.To], options.Timeout, time, stop, bytes.ToArray());
        return error is null ? null : $"{options.Sendmail}: {error}";
    }

    private async Task<string?> SubmitAsync(MimeMessage mail, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(options.Timeout);
        var server = $"{options.Host}:{options.EffectivePort}";
        try
        {
            using var client = new SmtpClient { CheckCertificateRevocation = false };
            if (Trust.Of(options.CaFile) is { } policy)
                client.ServerCertificateValidationCallback = (_, certificate, _, errors) => Trust.Believes(policy, certificate, errors);
            await client.ConnectAsync(options.Host, options.EffectivePort, options.Security switch
            {
                MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
                MailSecurity.Starttls => SecureSocketOptions.StartTls,
                _ => SecureSocketOptions.None,
            }, patience.Token);
            if (options.User.Length > 0)
                await client.AuthenticateAsync(options.User, (await File.ReadAllTextAsync(options.PasswordFile, Encoding.UTF8, patience.Token)).Split('\n')[0].TrimEnd('\r'), patience.Token);
            await client.SendAsync(mail, patience.Token);
            await client.DisconnectAsync(quit: true, patience.Token);
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return $"{server} did not take the mail within {options.Timeout.TotalSeconds:0.#} s";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever a server or its certificate does is no bug of ours.
            return $"{server}: {Sentence(e)}";
        }
    }

    // The first line says it; the library's advice to programmers follows.
    private static string Sentence(Exception e) =>
        (e is SslHandshakeException { InnerException: { } cause } ? cause : e).Message.Split('\n')[0].Trim();

    private static FormatOptions Lines()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Unix;
        return format;
    }
}
