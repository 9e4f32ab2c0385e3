namespace PortSentry.Responders.Syslog;

public enum SyslogTransport
{
    /// <summary>The local socket.</summary>
    Local,

    /// <summary>RFC 5426: a datagram a message. Lost ones stay lost.</summary>
    Udp,

    /// <summary>RFC 6587 octet counting.</summary>
    Tcp,

    /// <summary>RFC 5425.</summary>
    Tls,
}

public enum SyslogFormat
{
    Rfc3164,
    Rfc5424,
}

public enum SyslogBody
{
    /// <summary>The classic lines, byte for byte: what logcheck and fail2ban rules of old match.</summary>
    Classic,

    /// <summary>One JSON object an event (<see cref="NoticeJson"/>).</summary>
    Json,
}

/// <summary>Options of the responder <c>syslog</c>.</summary>
public sealed record SyslogOptions : IResponderOptions
{
    public SyslogTransport Transport { get; init; }

    public SyslogFormat Format { get; init; }

    public SyslogBody Body { get; init; }

    /// <summary>Local socket.</summary>
    public string Path { get; init; } = "/dev/log";

    /// <summary>Receiver of udp, tcp, tls: a name or an address. With tls the name must stand in its certificate.</summary>
    public string Host { get; init; } = "";

    /// <summary>0 is the usual one: 514 for udp, 601 for tcp, 6514 for tls.</summary>
    public int Port { get; init; }

    /// <summary>PEM file with the authorities to trust for tls; empty: those of the system.</summary>
    public string CaFile { get; init; } = "";

    public string Ident { get; init; } = "portsentry";

    /// <summary>RFC 5424 6.2.1: 3 is daemon.</summary>
    public int Facility { get; init; } = 3;

    /// <summary>Longer messages are cut, 480 to 65,000 bytes. Receivers cut too: rsyslog at 8 KiB, many at 1 or 2 KiB.</summary>
    public int MaxBytes { get; init; } = 2048;

    /// <summary>How long one message may take, connecting included, before it counts as failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    internal int EffectivePort => Port != 0 ? Port : Transport switch { SyslogTransport.Tls => 6514, SyslogTransport.Tcp => 601, _ => 514 };

    public IEnumerable<OptionProblem> Check()
    {
        if (!Enum.IsDefined(Transport)) yield return new("transport", "local, udp, tcp or tls");
        if (!Enum.IsDefined(Format)) yield return new("format", "rfc3164 or rfc5424");
        if (!Enum.IsDefined(Body)) yield return new("body", "classic or json");
        if (Transport == SyslogTransport.Local && !System.IO.Path.IsPathFullyQualified(Path)) yield return new("path", "an absolute path");
        if (Transport != SyslogTransport.Local && Host.Length == 0) yield return new("host", "a name or an address");
        if (Port is < 0 or > 65535) yield return new("port", "0 to 65535");
        if (Ident.Length is 0 or > 32 || Ident.Any(c => c is <= ' ' or > '~' or '[' or ']' or ':')) yield return new("ident", "1 to 32 printable characters without blank, [, ] and :");
        if (Facility is < 0 or > 23) yield return new("facility", "0 to 23");
        if (MaxBytes is < 480 or > 65_000) yield return new("max-bytes", "480 to 65000");
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(5)) yield return new("timeout", "1 ms to 5 minutes");
    }
}
