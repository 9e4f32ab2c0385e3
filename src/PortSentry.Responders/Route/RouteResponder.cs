using PortSentry.Core.Addresses;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Route;

/// <summary>
/// A dead-end route to each blocked address, in the network namespace of the thread that first called. Routes keep no
/// times (IPv4 knows none): who blocks, lifts.
/// </summary>
public sealed class RouteResponder(RouteOptions options) : IBlockResponder
{
    private readonly Lock _gate = new();
    private RouteTable? _routes;

    public string Name => "route";

    private string Kind => options.Kind.ToString().ToLowerInvariant();

    private RouteTable Routes => _routes ??= new RouteTable(options);

    public string Describe(BlockRequest request) =>
        $"attackalert: Host {request.Target} has been blocked via dropped route using command: \"ip route add {Kind} {request.Target}\"";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => Guarded(() =>
    {
        Routes.List(); // opens the socket here and shows whether we may
        return ResponderResult.Done;
    });

    public ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop) => BlockManyAsync([request], stop);

    public ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop) => Guarded(() =>
    {
        Prefix[] targets = [.. requests.Select(r => r.Target).Distinct()];
        if (Routes.Add(targets) == 0) return ResponderResult.Done;
        var ours = Routes.List().ToHashSet();
        var foreign = targets.FirstOrDefault(t => !ours.Contains(t));
        return foreign == default
            ? ResponderResult.Done
            : ResponderResult.Never($"route: somebody else's route to {foreign} with metric {options.Metric} in table {options.Table} stands in the way; choose another metric or remove it (ip route show {foreign})");
    });

    public ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop) => Guarded(() =>
    {
        Routes.Remove([target]);
        return ResponderResult.Done;
    });

    public ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop)
    {
        lock (_gate)
        {
            IReadOnlyList<Prefix>? held = null;
            _ = Caught(() =>
            {
                held = Routes.List();
                return ResponderResult.Done;
            });
            return ValueTask.FromResult(held);
        }
    }

    public ValueTask<ResponderResult> FlushAsync(CancellationToken stop) => Guarded(() =>
    {
        Routes.Remove(Routes.List());
        return ResponderResult.Done;
    });

    public ValueTask DisposeAsync()
    {
        lock (_gate) _routes?.Dispose();
        return ValueTask.CompletedTask;
    }

    private ValueTask<ResponderResult> Guarded(Func<ResponderResult> action)
    {
        lock (_gate) return ValueTask.FromResult(Caught(action));
    }

    private static ResponderResult Caught(Func<ResponderResult> action)
    {
        try
        {
            return action();
        }
        catch (NetlinkException e)
        {
            return e.Errno == EPERM
                ? ResponderResult.Never($"route: {e.Message}; run as root or give CAP_NET_ADMIN")
                : ResponderResult.Later($"route: {e.Message}");
        }
    }
}
