using PortSentry.Core.Addresses;
using PortSentry.Responders.Iptables;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Ipset;

/// <summary>
/// A set and one iptables rule for each family: the set grows, the rule stays. A block is one netlink message of this process, and the kernel ends it;
/// only the rule needs iptables(8). Everything happens in the network namespace of the thread that first called.
/// </summary>
public sealed class IpsetResponder : IBlockResponder
{
    private static readonly TimeSpan StillBusy = TimeSpan.FromMilliseconds(20);
    private const int MostTries = 50;

    private readonly IpsetOptions _options;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<Xtables> _families;
    private readonly SemaphoreSlim _one = new(1);
    private NetlinkSocket? _socket;
    private SetTable[] _sets = [];

    public IpsetResponder(IpsetOptions options, ResponderServices services)
    {
        _options = options;
        _time = services.Time;
        _families = Xtables.OfHost(options.Variant, options.Table, services.Time);
    }

    public string Name => "ipset";

    public string Describe(BlockRequest request) => $"attackalert: Host {request.Target} has been blocked via ipset: \"{NameOf(request.Target.Network.IsV4)}\"";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => ExclusiveAsync(() => InstallAsync(stop), stop);

    public ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop) => ExclusiveAsync(
        async () =>
        {
            try
            {
                Put([request]);
                return null;
            }
            catch (NetlinkException e) when (e.Errno == ENOENT)
            {
                // Somebody removed the set.
                return await PutAsync([request], stop);
            }
        },
        stop);

    public ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop) => ExclusiveAsync(() => PutAsync(requests, stop), stop);

    public ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop) => ExclusiveAsync(
        () =>
        {
            if (SetOf(target) is { } set) Tolerating(ENOENT, () => set.Take(target));
            return Task.FromResult<string?>(null);
        },
        stop);

    /// <summary>A set without its rule keeps nobody out, so then nothing is in force.</summary>
    public async ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop)
    {
        var held = new List<Prefix>();
        var result = await ExclusiveAsync(
            async () =>
            {
                foreach (var family in _families)
                {
                    var (rules, error) = await family.ListAsync(stop);
                    if (error is not null) return error;
                    if (rules.Contains("-A " + Rule(family))) held.AddRange(SetOf(family).Held());
                }
                return null;
            },
            stop);
        return result.Ok ? held : null;
    }

    public ValueTask<ResponderResult> FlushAsync(CancellationToken stop) => ExclusiveAsync(() => RemoveAsync(stop), stop);

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        _one.Dispose();
        return ValueTask.CompletedTask;
    }

    private string NameOf(bool v4) => _options.Set + (v4 ? "4" : "6");

    private string Rule(Xtables family) => $"{_options.Hook} ! -i lo -m set --match-set {NameOf(family.IsV4)} src -j DROP";

    private SetTable SetOf(Xtables family) => SetOf(family.IsV4)!;

    private SetTable? SetOf(Prefix target) => SetOf(target.Network.IsV4);

    private SetTable? SetOf(bool v4)
    {
        if (_socket is null)
        {
            _socket = new NetlinkSocket(NETLINK_NETFILTER);
            var writer = new NetlinkWriter();
            _sets = [.. _families.Select(family => new SetTable(NameOf(family.IsV4), family.IsV4, _options.MaxElements, _socket, writer))];
        }
        return _sets.FirstOrDefault(set => set.IsV4 == v4);
    }

    private async Task<string?> PutAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop)
    {
        if (await InstallAsync(stop) is { } error) return error;
        Put(requests);
        return null;
    }

    private void Put(IReadOnlyList<BlockRequest> requests)
    {
        foreach (var family in requests.GroupBy(static request => request.Target.Network.IsV4))
            SetOf(family.Key)?.Put([.. family.Select(static request => (request.Target, request.Ttl))]);
    }

    // Sets and rules where they are missing; what a former process left in the sets stays in force.
    private async Task<string?> InstallAsync(CancellationToken stop)
    {
        foreach (var family in _families)
        {
            try
            {
                SetOf(family).Make();
            }
            catch (NetlinkException e) when (e.Errno == EEXIST)
            {
                // Ours by name, of another size: begin anew. The reconciler fills it.
                if (await RemoveAsync(family, stop) is { } inTheWay) return inTheWay;
                SetOf(family).Make();
            }
            var (rules, error) = await family.ListAsync(stop);
            if (error is null && !rules.Contains("-A " + Rule(family))) error = await family.ChangeAsync(["-I " + Rule(family)], stop);
            if (error is not null) return error;
        }
        return null;
    }

    private async Task<string?> RemoveAsync(CancellationToken stop)
    {
        foreach (var family in _families)
            if (await RemoveAsync(family, stop) is { } error) return error;
        return null;
    }

    private async Task<string?> RemoveAsync(Xtables family, CancellationToken stop)
    {
        var set = SetOf(family);
        // First, so that nobody is kept out any more even where the rule cannot be taken out.
        Tolerating(ENOENT, set.Empty);
        var (rules, error) = await family.ListAsync(stop);
        if (error is null && rules.Contains("-A " + Rule(family))) error = await family.ChangeAsync(["-D " + Rule(family)], stop);
        if (error is not null) return error;
        // The kernel lets go of a deleted rule a moment later.
        for (var tries = 0; ; tries++)
        {
            try
            {
                Tolerating(ENOENT, set.Remove);
                return null;
            }
            catch (NetlinkException e) when (e.Errno == SetTable.Busy)
            {
                if (tries == MostTries) return $"the set {set.Name} is empty but stays: another rule of {_options.Table} or of another table uses it (iptables-save shows which)";
                await Task.Delay(StillBusy, _time, stop);
            }
        }
    }

    private static void Tolerating(int errno, Action action)
    {
        try
        {
            action();
        }
        catch (NetlinkException e) when (e.Errno == errno)
        {
            // As it should be already.
        }
    }

    private async ValueTask<ResponderResult> ExclusiveAsync(Func<Task<string?>> action, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            return await action() is { } error ? ResponderResult.Later($"ipset: {error}") : ResponderResult.Done;
        }
        catch (NetlinkException e)
        {
            return e.Errno switch
            {
                EPERM => ResponderResult.Never($"ipset: {e.Message}; run as root or give CAP_NET_ADMIN"),
                SetTable.Full => ResponderResult.Later($"ipset: the set is full ({_options.MaxElements}): raise max-elements, or block for a shorter time"),
                _ => ResponderResult.Later($"ipset: {e.Message}; a kernel with ip_set and hash:net is needed (modprobe ip_set_hash_net)"),
            };
        }
        finally
        {
            _one.Release();
        }
    }
}
