using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Capture.LocalView;

/// <summary>
/// The live view of this host: own addresses, listening sockets, gateways, resolvers. It is read again in the background
/// once a second and on <see cref="RefreshSoon"/>; between two readings it may be that old. Asking it costs nanoseconds and
/// takes no lock. It sees the network namespace of the thread that made it.
/// </summary>
public sealed class LocalHost : IDisposable
{
    /// <summary>Shorter costs CPU (about 1 ms a reading), longer accuses callers of a service that has just been started.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    // A kernel that does not answer must not hold the local view for ever.
    internal static readonly TimeSpan KernelPatience = TimeSpan.FromSeconds(2);

    // A burst of packets to a new port asks for a refresh with each of them.
    private static readonly TimeSpan SoonDelay = TimeSpan.FromMilliseconds(5);

    // A router has a million routes to read through, and its default route seldom moves.
    private const int GatewaysEvery = 30;

    private readonly string _procNet;
    private readonly string _resolverFile;
    private readonly NetlinkSocket _routes = new(NETLINK_ROUTE, patience: KernelPatience);
    private readonly NetlinkSocket _diagnosis = new(NETLINK_SOCK_DIAG, patience: KernelPatience);

    // A long list of connections must not hold up who asks for sessions.
    private readonly NetlinkSocket _connections = new(NETLINK_SOCK_DIAG, patience: KernelPatience);
    private readonly Lock _listing = new();
    private readonly HashSet<IpProtocol> _withoutDiagnosis = [];
    private readonly Lock _reading = new();
    private readonly ITimer _timer;
    private LocalSnapshot _current;
    private int _isSoon;
    private int _isDisposed;
    private int _sinceGateways = GatewaysEvery;
    private long _failedRefreshes;
    private string? _lastFailure;

    /// <exception cref="NetlinkException">The kernel does not tell the host's own addresses: nothing can be judged then.</exception>
    public LocalHost(TimeProvider? time = null, string procNet = "/proc/net", string resolverFile = "/etc/resolv.conf")
    {
        _procNet = procNet;
        _resolverFile = resolverFile;
        try
        {
            _current = Read(null);
        }
        catch
        {
            _routes.Dispose();
            _diagnosis.Dispose();
            _connections.Dispose();
            throw;
        }

        _timer = (time ?? TimeProvider.System).CreateTimer(static host => ((LocalHost)host!).RefreshInBackground(), this, RefreshInterval, RefreshInterval);
    }

    public LocalSnapshot Current => Volatile.Read(ref _current);

    public IReadOnlyList<Address> Addresses => Current.Addresses;

    /// <inheritdoc cref="LocalSnapshot.Gateways"/>
    public IReadOnlyList<Address> Gateways => Current.Gateways;

    /// <inheritdoc cref="LocalSnapshot.Resolvers"/>
    public IReadOnlyList<Address> Resolvers => Current.Resolvers;

    /// <summary>Background readings that failed; the view before them still stands.</summary>
    public long FailedRefreshes => Volatile.Read(ref _failedRefreshes);

    public string? LastFailure => Volatile.Read(ref _lastFailure);

    /// <inheritdoc cref="LocalSnapshot.IsOwn"/>
    public bool IsOwn(Address address) => Current.IsOwn(address);

    /// <inheritdoc cref="LocalSnapshot.IsOwnBroadcast"/>
    public bool IsOwnBroadcast(Address address) => Current.IsOwnBroadcast(address);

    /// <inheritdoc cref="LocalSnapshot.Listens(IpProtocol, ushort)"/>
    public bool Listens(IpProtocol protocol, ushort port) => Current.Listens(protocol, port);

    /// <inheritdoc cref="LocalSnapshot.Listens(IpProtocol, ushort, Address)"/>
    public bool Listens(IpProtocol protocol, ushort port, Address local) => Current.Listens(protocol, port, local);

    /// <summary>Peers of the TCP connections established to these local ports at this moment: who must never be blocked. Asks the kernel; not for the capture thread.</summary>
    public IReadOnlyCollection<Address> SessionPeers(IEnumerable<ushort> localPorts)
    {
        lock (_reading)
        {
            ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
            try
            {
                return new SocketTable(_diagnosis).ReadPeers(localPorts);
            }
            catch (NetlinkException)
            {
                return ProcSockets.ReadPeers(_procNet, localPorts);
            }
        }
    }

    /// <summary>Peers of the established TCP connections, by who opened them. Asks the kernel for all connections.</summary>
    public ConnectedPeers Peers()
    {
        lock (_listing)
        {
            ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
            var view = Current;
            bool IsServed(ushort localPort) => view.Listens(IpProtocol.Tcp, localPort);
            try
            {
                return new SocketTable(_connections).ReadPeers(IsServed);
            }
            catch (NetlinkException)
            {
                return new ConnectedPeers(ProcSockets.ReadPeers(_procNet, port => !IsServed(port)), ProcSockets.ReadPeers(_procNet, IsServed));
            }
        }
    }

    /// <summary>Reads everything now and waits for it.</summary>
    /// <exception cref="NetlinkException">The kernel did not answer; the view before still stands.</exception>
    public void Refresh()
    {
        lock (_reading)
        {
            ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
            _sinceGateways = GatewaysEvery;
            Volatile.Write(ref _current, Read(_current));
        }
    }

    /// <summary>Asks for a reading within some milliseconds, in the background; cheap enough for the capture thread.</summary>
    public void RefreshSoon()
    {
        if (Interlocked.Exchange(ref _isSoon, 1) == 0) _timer.Change(SoonDelay, RefreshInterval);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_reading)
        {
            _isDisposed = 1;
            _routes.Dispose();
            _diagnosis.Dispose();
        }
        lock (_listing) _connections.Dispose();
    }

    private void RefreshInBackground()
    {
        Volatile.Write(ref _isSoon, 0);
        // A reading that takes longer than the interval is not queued behind.
        if (!_reading.TryEnter()) return;
        try
        {
            if (_isDisposed != 0) return;
            Volatile.Write(ref _current, Read(_current));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Interlocked.Increment(ref _failedRefreshes);
            Volatile.Write(ref _lastFailure, failure.Message);
        }
        finally
        {
            _reading.Exit();
        }
    }

    private LocalSnapshot Read(LocalSnapshot? before)
    {
        HashSet<Address> own = [];
        HashSet<Address> broadcasts = [];
        var addresses = new AddressTable(_routes);
        addresses.ReadAddresses(own, broadcasts);

        var gateways = before?.Gateways;
        if (gateways is null || _sinceGateways++ >= GatewaysEvery || !own.SetEquals(before!.Addresses))
        {
            _sinceGateways = 0;
            HashSet<Address> found = [];
            addresses.ReadGateways(found);
            gateways = [.. found];
        }

        var services = VirtualServices.Read(_procNet);
        return new LocalSnapshot(own, broadcasts, Served(IpProtocol.Tcp), Served(IpProtocol.Udp), Served(IpProtocol.Sctp), gateways, ResolverFile.Read(_resolverFile))
        {
            VirtualServices = services,
        };

        ListeningPorts Served(IpProtocol protocol)
        {
            var ports = ReadListening(protocol);
            foreach (var service in services)
                if (service.Protocol == protocol) ports.Add(service.Port, service.Local);
            return ports;
        }
    }

    private ListeningPorts ReadListening(IpProtocol protocol)
    {
        if (!_withoutDiagnosis.Contains(protocol))
        {
            try
            {
                return new SocketTable(_diagnosis).ReadListening(protocol);
            }
            catch (NetlinkException failure)
            {
                // The module of this protocol is not there; asking again would start modprobe once a second.
                if (failure.Errno == ENOENT) _withoutDiagnosis.Add(protocol);
            }
        }

        // The slow way; for SCTP most often there is nothing.
        return ProcSockets.ReadListening(_procNet, protocol);
    }
}
