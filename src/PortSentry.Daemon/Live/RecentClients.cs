using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Daemon.Live;

/// <summary>Whom a service of this host was seen to serve within the last minutes, by source. Bounded: a full one takes nobody new. Any thread.</summary>
internal sealed class RecentClients(TimeProvider time)
{
    private const int Most = 65_536;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<Prefix, long> _seen = [];

    public int Count
    {
        get { lock (_gate) return _seen.Count; }
    }

    /// <summary>These are connected now; who was not for long is forgotten.</summary>
    public void Note(IEnumerable<Address> connected)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            foreach (var (client, last) in _seen)
                if (time.GetElapsedTime(last, now) > Remembered) _seen.Remove(client);
            foreach (var address in connected)
                if (SourceKey.Of(address) is var client && (_seen.Count < Most || _seen.ContainsKey(client))) _seen[client] = now;
        }
    }

    public bool Holds(Prefix target)
    {
        lock (_gate) return _seen.ContainsKey(target) || _seen.ContainsKey(SourceKey.Of(target.Network));
    }
}
