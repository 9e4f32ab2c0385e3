using System.Net;
using System.Net.Sockets;
using System.Text;
using PortSentry.Core;

namespace PortSentry.Daemon.Classic;

/// <summary>
/// RESOLVE_HOST: names of attackers. Somebody else's name server chooses them, and when it answers, so every look-up is bounded in
/// time, look-ups are bounded in a minute, answers are kept, and of a name only what a host name may hold is printed. Not for the hot
/// path: a reporter waits here, nobody else.
/// </summary>
/// <param name="lookUp">Address to name; null or an exception where there is none.</param>
internal sealed class HostNames(Func<IPAddress, CancellationToken, Task<string?>> lookUp, TimeProvider time)
{
    private const int MostKept = 1024;
    private const int MostInAMinute = 30;
    private const int LongestName = 253; // RFC 1035 2.3.4
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _guard = new();
    private readonly Dictionary<Address, (string? Name, Instant At)> _known = [];
    private readonly Queue<Instant> _asked = [];

    /// <summary>By the system's resolver.</summary>
    public static HostNames OfSystem(TimeProvider time) => new(
        static async (address, stop) => (await Dns.GetHostEntryAsync(address.ToString(), AddressFamily.Unspecified, stop)).HostName, time);

    /// <summary>Null where there is no name, or none in time.</summary>
    public async ValueTask<string?> NameOfAsync(Address address, CancellationToken stop)
    {
        lock (_guard)
        {
            var now = Instant.From(time.GetUtcNow());
            if (_known.TryGetValue(address, out var known) && now - known.At < Kept) return known.Name;
            while (_asked.Count > 0 && now - _asked.Peek() >= Minute) _asked.Dequeue();
            if (_asked.Count >= MostInAMinute) return null;
            _asked.Enqueue(now);
        }

        var name = Plain(await AskAsync(address.ToIPAddress(), stop), address);
        lock (_guard)
        {
            if (_known.Count >= MostKept) _known.Clear();
            _known[address] = (name, Instant.From(time.GetUtcNow()));
        }
        return name;
    }

    /// <summary>Letters, digits, dots, hyphens and underscores; what else stands there is printed as '?'. Null where nothing is left, or the address itself.</summary>
    internal static string? Plain(string? name, Address address)
    {
        if (string.IsNullOrEmpty(name) || name == address.ToString()) return null;
        var plain = new StringBuilder();
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, LongestName)))
            plain.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '?');
        return plain.ToString();
    }

    private async Task<string?> AskAsync(IPAddress address, CancellationToken stop)
    {
        try
        {
            return await lookUp(address, stop).WaitAsync(Patience, time, stop);
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
        {
            return null;
        }
    }
}
