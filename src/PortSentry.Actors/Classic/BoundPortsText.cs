using System.Globalization;
using PortSentry.Core;
using PortSentry.Responders;

namespace PortSentry.Actors.Classic;

/// <summary>The words of PortSentry 1.2 for its bound ports.</summary>
internal static class BoundPortsText
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    public static Notice Listening(Instant at, IpProtocol protocol, ushort port) =>
        new(at, NoticeSeverity.Notice, string.Create(CultureInfo.InvariantCulture, $"adminalert: Going into listen mode on {Word(protocol)} port: {port}"), "watch", null, None);

    public static Notice NotBound(Instant at, IpProtocol protocol, ushort port, string error) => new(
        at, NoticeSeverity.Notice,
        string.Create(CultureInfo.InvariantCulture, $"adminalert: ERROR: could not bind {Word(protocol)} socket: {port}. Attempting to continue ({error})"), "watch", null, None);

    private static string Word(IpProtocol protocol) => protocol == IpProtocol.Udp ? "UDP" : "TCP";
}
