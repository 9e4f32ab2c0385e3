using System.Globalization;
using System.Text;
using PortSentry.Core;

namespace PortSentry.Daemon.Classic;

/// <summary>One line of HISTORY_FILE and BLOCKED_FILE: <c>942286729 - 11/10/1999 20:18:49 Host: NAME/ADDR Port: 111 TCP Blocked</c>.</summary>
public static class ClassicBlockLine
{
    /// <param name="zone">Of the date and time; the number before them is seconds since the epoch.</param>
    /// <param name="hostName">Resolved, or null: then the address stands in its place. Somebody else's DNS chose it, so only what a host name may hold is kept.</param>
    public static string Format(Instant time, TimeZoneInfo zone, string? hostName, Address address, ushort port, IpProtocol protocol)
    {
        var utc = time.ToDateTimeOffset();
        var local = TimeZoneInfo.ConvertTime(utc, zone);
        var word = protocol switch
        {
            IpProtocol.Tcp => "TCP",
            IpProtocol.Udp => "UDP",
            IpProtocol.Sctp => "SCTP",
            _ => "IP",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{utc.ToUnixTimeSeconds()} - {local:MM/dd/yyyy HH:mm:ss} Host: {NameOf(hostName) ?? address.ToString()}/{address} Port: {port} {word} Blocked");
    }

    private static string? NameOf(string? hostName)
    {
        if (string.IsNullOrEmpty(hostName)) return null;
        var name = new StringBuilder();
        foreach (var c in hostName.AsSpan(0, Math.Min(hostName.Length, 253)))
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '?');
        return name.ToString();
    }
}
