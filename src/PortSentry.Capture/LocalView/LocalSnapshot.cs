using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.LocalView;

/// <summary>What this host was at one moment. Immutable, so the capture thread asks it without a lock.</summary>
public sealed class LocalSnapshot
{
    private const int LinearSearch = 16;

    private readonly Address[] _own;
    private readonly Address[] _broadcasts;
    private readonly ListeningPorts _tcp;
    private readonly ListeningPorts _udp;
    private readonly ListeningPorts _sctp;

    internal LocalSnapshot(
        IReadOnlyCollection<Address> addresses, IReadOnlyCollection<Address> broadcasts, ListeningPorts tcp, ListeningPorts udp, ListeningPorts sctp,
        IReadOnlyList<Address> gateways, IReadOnlyList<Address> resolvers)
    {
        Addresses = [.. addresses.Order()];
        _own = [.. Addresses];
        _broadcasts = [.. broadcasts.Order()];
        _tcp = tcp;
        _udp = udp;
        _sctp = sctp;
        Gateways = gateways;
        Resolvers = resolvers;
    }

    public IReadOnlyList<Address> Addresses { get; }

    /// <summary>Next hops of the default routes.</summary>
    public IReadOnlyList<Address> Gateways { get; }

    /// <summary>The name servers of /etc/resolv.conf.</summary>
    public IReadOnlyList<Address> Resolvers { get; }

    /// <summary>Served by others through this host; they count as listening.</summary>
    public IReadOnlyList<VirtualService> VirtualServices { get; internal init; } = [];

    /// <summary>An address of an interface of this host, or loopback.</summary>
    public bool IsOwn(Address address) => Contains(_own, address) || address.IsLoopback;

    /// <summary>255.255.255.255, or the broadcast address of a network this host is in.</summary>
    public bool IsOwnBroadcast(Address address) => address.IsLimitedBroadcast || Contains(_broadcasts, address);

    /// <summary>Some socket accepts what comes to this port, on whatever address. False for other protocols.</summary>
    public bool Listens(IpProtocol protocol, ushort port) => Ports(protocol)?.Contains(port) ?? false;

    /// <summary>As above, on this very address: a resolver bound to 127.0.0.53 does not serve the network.</summary>
    public bool Listens(IpProtocol protocol, ushort port, Address local) => Ports(protocol)?.Contains(port, local) ?? false;

    private ListeningPorts? Ports(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Tcp => _tcp,
        IpProtocol.Udp => _udp,
        IpProtocol.Sctp => _sctp,
        _ => null,
    };

    // A host has a handful of addresses; a router with hundreds gets the logarithm.
    private static bool Contains(Address[] sorted, Address value)
    {
        if (sorted.Length > LinearSearch) return Array.BinarySearch(sorted, value) >= 0;
        foreach (var one in sorted)
            if (one == value) return true;
        return false;
    }
}
