using System.Globalization;
using PortSentry.Core;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Configuration;
using PortSentry.Responders;

namespace PortSentry.Daemon.Classic;

/// <summary>What PortSentry 1.2 says of its modes when it starts. The modes tcp and udp speak for themselves, port by port, when they bind.</summary>
internal static class ClassicStart
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <param name="listens">Whether a local socket holds a port now.</param>
    public static IEnumerable<Notice> Lines(ClassicOptions classic, Func<IpProtocol, ushort, bool> listens, Instant at)
    {
        if (!classic.Enabled) return [];
        return Texts(classic.TcpMode, classic, IpProtocol.Tcp, classic.AdvancedTcp, listens)
            .Concat(Texts(classic.UdpMode, classic, IpProtocol.Udp, classic.AdvancedUdp, listens))
            .Select(text => new Notice(at, NoticeSeverity.Notice, "adminalert: " + text, "watch", null, None));
    }

    private static IEnumerable<string> Texts(
        ClassicMode mode, ClassicOptions classic, IpProtocol protocol, ClassicAdvanced advanced, Func<IpProtocol, ushort, bool> listens)
    {
        var word = protocol == IpProtocol.Udp ? "UDP" : "TCP";
        if (mode == ClassicMode.Stealth)
        {
            foreach (var range in ClassicTraps.Watched(classic, protocol))
                yield return $"Going into stealth listen mode on {word} port: {Text(range)}";
        }
        else if (mode == ClassicMode.Advanced)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Advanced mode will monitor first {advanced.Below} ports");
            foreach (var range in advanced.Exclude) yield return $"Advanced mode will manually exclude port: {Text(range)}";
            for (var port = 1; port < advanced.Below; port++)
            {
                if (listens(protocol, (ushort)port))
                    yield return string.Create(CultureInfo.InvariantCulture, $"Advanced Stealth scan detection mode activated. Ignored {word} port: {port}");
            }
        }
    }

    private static string Text(PortRange range) => range.First == range.Last
        ? range.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}");
}
