using System.Net;

namespace PortSentry.Responders.Mail;

public enum MailTransport
{
    /// <summary>The host's own mail system, by its sendmail(8).</summary>
    Sendmail,

    /// <summary>A server, RFC 5321.</summary>
    Smtp,
}

public enum MailSecurity
{
    None,

    /// <summary>RFC 3207; a server that does not offer it is refused.</summary>
    Starttls,

    /// <summary>From the first byte, RFC 8314.</summary>
    Tls,
}

/// <summary>Options of the responder <c>mail</c>.</summary>
public sealed record MailOptions : IResponderOptions
{
    public IReadOnlyList<string> To { get; init; } = ["root"];

    /// <summary>Empty: portsentry at this host's name.</summary>
    public string From { get; init; } = "";

    /// <summary>At most one mail in this time, 1 s to 1 day: the first at once, what follows in the next.</summary>
    public TimeSpan Digest { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>What is told (<see cref="NoticeEvents"/>).</summary>
    public IReadOnlyList<string> Events { get; init; } = ["scan", "block", "refusal", "repair", "alarm"];

    /// <summary>Lines of a mail, 10 to 10,000; more are counted.</summary>
    public int MaxLines { get; init; } = 500;

    public MailTransport Transport { get; init; }

    /// <summary>Of sendmail: called with -i -f FROM -- TO…</summary>
    public string Sendmail { get; init; } = "/usr/sbin/sendmail";

    /// <summary>Of smtp, as the four below.</summary>
    public string Host { get; init; } = "";

    /// <summary>0 is the usual one: 25 for none, 587 for starttls, 465 for tls.</summary>
    public int Port { get; init; }

    public MailSecurity Security { get; init; } = MailSecurity.Starttls;

    /// <summary>PEM file with the authorities to trust; empty: those of the system.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>Empty: no authentication.</summary>
    public string User { get; init; } = "";

    /// <summary>Holds the password in its first line; read for each mail.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>For one mail, 1 s to 5 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    internal int EffectivePort => Port != 0 ? Port : Security switch { MailSecurity.Tls => 465, MailSecurity.Starttls => 587, _ => 25 };

    internal string EffectiveFrom => From.Length > 0 ? From : $"portsentry@{Environment.MachineName}";

    public IEnumerable<OptionProblem> Check()
    {
        var smtp = Transport == MailTransport.Smtp;
        if (To.Count is 0 or > 50 || !To.All(to => IsAddress(to, smtp)))
            yield return new("to", smtp ? "1 to 50 addresses, NAME@DOMAIN" : "1 to 50 addresses, NAME@DOMAIN or a local NAME");
        if (From.Length > 0 && !IsAddress(From, smtp)) yield return new("from", "an address, NAME@DOMAIN; \"\" is portsentry@ and this host's name");
        if (Digest < TimeSpan.FromSeconds(1) || Digest > TimeSpan.FromDays(1)) yield return new("digest", "1 s to 1 day");
        foreach (var problem in NoticeEvents.Check(Events)) yield return problem;
        if (MaxLines is < 10 or > 10_000) yield return new("max-lines", "10 to 10000");
        if (!Enum.IsDefined(Transport)) yield return new("transport", "sendmail or smtp");
        if (!smtp && !Path.IsPathFullyQualified(Sendmail)) yield return new("sendmail", "an absolute path");
        if (smtp && Uri.CheckHostName(Host) == UriHostNameType.Unknown) yield return new("host", "the name or address of a mail server");
        if (Port is < 0 or > 65535) yield return new("port", "0 to 65535");
        if (!Enum.IsDefined(Security)) yield return new("security", "none, starttls or tls");
        if (CaFile.Length > 0 && !Path.IsPathFullyQualified(CaFile)) yield return new("ca-file", "an absolute path, or \"\"");
        if (User.Length > 0 && !Path.IsPathFullyQualified(PasswordFile)) yield return new("password-file", "an absolute path, since user is set");
        if (User.Length > 0 && Security == MailSecurity.None) yield return new("user", "\"\" without security: the password would be readable on the way");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(5)) yield return new("timeout", "1 s to 5 minutes");
    }

    // Bare and plain: it becomes an argument of sendmail, too. RFC 5321 4.1.2 without quotes. Not by MimeKit, which would be loaded at each start.
    private static bool IsAddress(string text, bool withDomain)
    {
        var at = text.LastIndexOf('@');
        var local = at < 0 ? text : text[..at];
        return text.Length <= 254 && !text.StartsWith('-') && local.Split('.').All(static atom => atom.Length > 0 && atom.All(IsAtomText)) && (at < 0 ? !withDomain : IsDomain(text[(at + 1)..]));
    }

    private static bool IsAtomText(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal);

    private static bool IsDomain(string text) => text.StartsWith('[') && text.EndsWith(']')
        ? IPAddress.TryParse(text[1..^1].Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase), out _)
        : text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && text.Split('.').All(static label => label.Length is > 0 and < 64);
}
