using System.Collections.Immutable;

namespace PortSentry.Core.Detection;

/// <summary>How a port was touched. The names on the wire and in files are those of <see cref="ProbeKinds.Name"/>.</summary>
public enum ProbeKind : byte
{
    /// <summary>A SYN without what a connect() puts into it, or one that never became a connection.</summary>
    TcpSyn,

    /// <summary>A handshake completed, or a SYN as only a real TCP stack sends it.</summary>
    TcpConnect,
    TcpFin,
    TcpNull,

    /// <summary>FIN, PSH and URG, no ACK.</summary>
    TcpXmas,

    /// <summary>A bare ACK for no connection. nmap's -sW looks the same on the wire.</summary>
    TcpAck,
    TcpWindow,

    /// <summary>FIN and ACK for no connection (Uriel Maimon, Phrack 49).</summary>
    TcpMaimon,

    /// <summary>Flags that RFC 9293 knows no use for.</summary>
    TcpOther,
    Udp,
    SctpInit,
    SctpCookieEcho,

    /// <summary>The "port" is the IP protocol number.</summary>
    IpProtocol,
}

public static class ProbeKinds
{
    private static readonly string[] Names =
    [
        "tcp-syn", "tcp-connect", "tcp-fin", "tcp-null", "tcp-xmas", "tcp-ack", "tcp-window", "tcp-maimon",
        "tcp-other", "udp", "sctp-init", "sctp-cookie-echo", "ip-protocol",
    ];

    public static string Name(this ProbeKind kind) => Names[(int)kind];

    /// <summary>
    /// The kinds of a scan. A connect() whose handshake never completed is a SYN scan on the wire as well, so both names stand
    /// until the source <paramref name="completed"/> one.
    /// </summary>
    /// <param name="seen">One <see cref="Bit"/> a kind.</param>
    public static ImmutableArray<ProbeKind> Named(int seen, bool completed)
    {
        if ((seen & ProbeKind.TcpConnect.Bit()) != 0 && !completed) seen |= ProbeKind.TcpSyn.Bit();
        List<ProbeKind> kinds = [];
        for (var kind = ProbeKind.TcpSyn; kind <= ProbeKind.IpProtocol; kind++)
            if ((seen & kind.Bit()) != 0) kinds.Add(kind);
        return [.. kinds];
    }

    /// <summary>Its bit in a set of kinds.</summary>
    public static int Bit(this ProbeKind kind) => 1 << (int)kind;

    /// <summary>No honest stack opens a conversation so: RFC 9293 3.10.7 gives these segments no meaning outside a connection.</summary>
    public static bool IsStealth(this ProbeKind kind) =>
        kind is ProbeKind.TcpFin or ProbeKind.TcpNull or ProbeKind.TcpXmas or ProbeKind.TcpOther;
}
