using System.Collections.Frozen;
using System.Net.NetworkInformation;
using PortSentry.Actors.Responses;
using PortSentry.Capture.LocalView;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Daemon.Live;

/// <summary>
/// Who must never be blocked: the ignore list, this host, its gateways, resolvers and time servers, the networks of its containers,
/// whoever holds an administrator's session on it, and the peers it talks to of its own accord. A prefix that holds or touches one of
/// them is refused whole. All of it is read every few seconds, and never while somebody waits for the word: a block must not wait for a list
/// of sockets.
/// </summary>
internal sealed class Protection : IProtection, IDisposable
{
    // The files change seldom, a session counts after two minutes only, and listing connections costs a busy host milliseconds and an idle
    // one a millisecond: the kernel walks through the whole of its table.
    private static readonly TimeSpan ReadAgain = TimeSpan.FromSeconds(5);

    // sshd_config(5), LoginGraceTime.
    private static readonly TimeSpan LoginGrace = TimeSpan.FromSeconds(120);

    // Since when a peer has a session; null where it was there at the start.
    private readonly Dictionary<Address, long?> _sessionsSince = [];

    private readonly GatewayWitness? _witness;
    private readonly string _root;
    private readonly LocalHost _host;
    private readonly IgnoreList _ignored;
    private readonly IReadOnlyList<ushort> _sessionPorts;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly RecentClients _clients;
    private volatile Friends _friends;
    private volatile IReadOnlyCollection<Address> _sessions;

    /// <param name="sessionPorts">Local TCP ports whose established peers are administrators: SSH.</param>
    /// <param name="root">The folder in which etc and run lie.</param>
    /// <param name="witness">Knows when a gateway scans us itself; null protects gateways whatever they do.</param>
    public Protection(LocalHost host, IgnoreList ignored, IReadOnlyList<ushort> sessionPorts, TimeProvider time, GatewayWitness? witness = null, string root = "/")
    {
        (_host, _ignored, _sessionPorts, _time, _witness, _root) = (host, ignored, sessionPorts, time, witness, root);
        _clients = new RecentClients(time);
        foreach (var peer in host.SessionPeers(sessionPorts)) _sessionsSince[peer] = null;
        _friends = Read();
        _sessions = ReadSessions();
        _timer = time.CreateTimer(_ => (_friends, _sessions) = (Read(), ReadSessions()), null, ReadAgain, ReadAgain);
    }

    /// <summary>All of them but the ignore list, for a kernel that is to let them pass.</summary>
    public IEnumerable<Prefix> All =>
        _host.Addresses.Concat(_host.Gateways.Where(gateway => _witness?.Knows(gateway) != true)).Concat(_host.Resolvers).Concat(_friends.Addresses.Keys).Concat(_sessions).Distinct().Select(Prefix.Host)
            .Concat(_friends.Networks);

    public (Refusal Refusal, string Detail)? Check(Prefix target)
    {
        if (IsNoHost(target.Network)) return Protected("it is not a host of the network");
        if (_ignored.Touches(target)) return (Refusal.Ignored, "it is on the ignore list");
        if (Holds(target, _host.Addresses)) return Protected("it is this host");
        if (Holds(target, _host.Gateways) && !IsDelicate(target)) return Protected("it is a gateway of this host");
        if (Holds(target, _host.Resolvers)) return Protected("it is a resolver of this host");
        var friends = _friends;
        foreach (var network in friends.Networks)
            if (network.Contains(target.Network) || target.Contains(network.Network)) return Protected("it is a network of this host's containers or guests");
        if (friends.Find(target) is { } why) return Protected(why);
        return Holds(target, _sessions) ? Protected("it holds an administrator's session") : null;
    }

    /// <summary>A gateway that scans us itself, by the word of its link address.</summary>
    public bool IsDelicate(Prefix target) =>
        target.IsHost && _witness is not null && Holds(target, _host.Gateways) && _witness.Vouches(target.Network);

    public bool IsClient(Prefix target) => _clients.Holds(target);

    public int Clients => _clients.Count;

    public void Dispose() => _timer.Dispose();

    // Nothing is ever sent from there.
    private bool IsNoHost(Address address) => address.IsLoopback || address.IsUnspecified || address.IsMulticast || _host.IsOwnBroadcast(address);

    private static (Refusal Refusal, string Detail) Protected(string why) => (Refusal.Protected, why);

    private static bool Holds(Prefix target, IEnumerable<Address> addresses)
    {
        foreach (var address in addresses)
            if (target.Contains(address)) return true;
        return false;
    }

    private IReadOnlyCollection<Address> ReadSessions()
    {
        try
        {
            return Lasting(_host.SessionPeers(_sessionPorts), _time.GetTimestamp());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Those of the last reading stay friends.
            return _sessions ?? [];
        }
    }

    // A connect scan of port 22 is established for an instant too: it is a session once it outlived the time to log in.
    private List<Address> Lasting(IReadOnlyCollection<Address> peers, long now)
    {
        lock (_sessionsSince)
        {
            foreach (var gone in _sessionsSince.Keys.Except(peers).ToList()) _sessionsSince.Remove(gone);
            foreach (var peer in peers) _sessionsSince.TryAdd(peer, now);
            return [.. _sessionsSince.Where(pair => pair.Value is not { } since || _time.GetElapsedTime(since, now) >= LoginGrace).Select(static pair => pair.Key)];
        }
    }

    private Friends Read()
    {
        var why = new Dictionary<Address, string>();
        try
        {
            var peers = _host.Peers();
            _clients.Note(peers.Clients);
            foreach (var peer in peers.Called) why[peer] = "this host has a connection to it";
            foreach (var server in FriendFiles.Read(In(FriendFiles.TimeServers), FriendFiles.ParseTimeServers)) why[server] = "it is a time server of this host";
            foreach (var resolver in FriendFiles.Read(In(FriendFiles.Resolvers), FriendFiles.ParseResolvers)) why[resolver] = "it is a resolver of this host";
            return new Friends(why.ToFrozenDictionary(), BridgeNetworks.Read());
        }
        catch (Exception exception) when (exception is IOException or NetworkInformationException or ObjectDisposedException)
        {
            // Those of the last reading stay friends.
            return _friends ?? new Friends(why.ToFrozenDictionary(), []);
        }
    }

    private IEnumerable<string> In(IEnumerable<string> files) => files.Select(file => Path.Combine(_root, file));

    private sealed record Friends(FrozenDictionary<Address, string> Addresses, IReadOnlyList<Prefix> Networks)
    {
        public string? Find(Prefix target)
        {
            if (target.IsHost) return Addresses.GetValueOrDefault(target.Network);
            foreach (var (address, why) in Addresses)
                if (target.Contains(address)) return why;
            return null;
        }
    }
}
