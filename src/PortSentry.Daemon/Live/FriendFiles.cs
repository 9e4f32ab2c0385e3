using System.Collections.Immutable;

namespace PortSentry.Daemon.Live;

/// <summary>
/// Name servers and time servers by the files that name them: resolv.conf(5), chrony.conf(5), ntp.conf(5), timesyncd.conf(5). Names are
/// not looked up: whoever answers for a name would say who is never blocked.
/// </summary>
internal static class FriendFiles
{
    private static readonly char[] Blanks = [' ', '\t', ','];

    /// <summary>With systemd-resolved's own list: /etc/resolv.conf then shows 127.0.0.53 only.</summary>
    public static readonly IReadOnlyList<string> Resolvers = ["etc/resolv.conf", "run/systemd/resolve/resolv.conf"];

    public static readonly IReadOnlyList<string> TimeServers =
        ["etc/chrony/chrony.conf", "etc/chrony.conf", "etc/ntp.conf", "etc/ntpsec/ntp.conf", "etc/systemd/timesyncd.conf"];

    /// <summary>A file that cannot be read names nobody.</summary>
    public static ImmutableHashSet<Address> Read(IEnumerable<string> paths, Func<IEnumerable<string>, IEnumerable<Address>> parse)
    {
        var found = ImmutableHashSet.CreateBuilder<Address>();
        foreach (var path in paths)
        {
            try
            {
                if (File.Exists(path)) found.UnionWith(parse(File.ReadLines(path)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
            }
        }
        return found.ToImmutable();
    }

    /// <summary>Lines "nameserver ADDRESS".</summary>
    public static IEnumerable<Address> ParseResolvers(IEnumerable<string> lines) =>
        lines.Select(static line => line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries))
            .Where(static fields => fields is ["nameserver", _, ..])
            .SelectMany(static fields => AddressOf(fields[1]));

    /// <summary>Lines "server|peer|pool ADDRESS …" of chrony and ntp, and "NTP=ADDRESS …" or "FallbackNTP=…" of timesyncd.</summary>
    public static IEnumerable<Address> ParseTimeServers(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var text = line.Trim();
            if (text.StartsWith("NTP=", StringComparison.Ordinal) || text.StartsWith("FallbackNTP=", StringComparison.Ordinal))
            {
                foreach (var word in text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(Blanks, StringSplitOptions.RemoveEmptyEntries))
                    foreach (var address in AddressOf(word)) yield return address;
            }
            else if (text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries) is ["server" or "peer" or "pool", .. var rest])
            {
                // ntp.conf(5) allows -4 and -6 before the address.
                var word = rest.FirstOrDefault(static word => word is not ("-4" or "-6"));
                foreach (var address in word is null ? [] : AddressOf(word)) yield return address;
            }
        }
    }

    // A link-local server carries its interface: fe80::1%eth0.
    private static IEnumerable<Address> AddressOf(string text)
    {
        var scope = text.IndexOf('%', StringComparison.Ordinal);
        if (Address.TryParse(scope < 0 ? text : text.AsSpan(0, scope), out var address)) yield return address;
    }
}
