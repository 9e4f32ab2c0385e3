using System.Runtime.InteropServices;
using PortSentry.Core.Addresses;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Nftables;

/// <summary>
/// Drops packets of blocked sources in a table of our own (<see cref="NftRuleset"/>). Everything happens in this process and
/// on the calling thread, in the network namespace of the thread that first called: a block takes some 10 µs.
/// </summary>
public sealed class NftablesResponder(NftablesOptions options, ResponderServices services) : IBlockResponder
{
    private static readonly string[] Sets =
        [NftRuleset.Addresses4, NftRuleset.Addresses6, NftRuleset.Networks64, NftRuleset.Prefixes4, NftRuleset.Prefixes6];

    private readonly Lock _gate = new();

    private readonly HeldPrefixes _held = new();
    private NftElements? _elements;
    private NftSeal? _seal;
    private NftWatch? _watch;

    // What the start found. The first listing asks for the same, right behind it.
    private List<Prefix>? _found;

    // One moment for a whole call, so that a time to live reaches the kernel as it was asked for.
    private DateTimeOffset _now;

    public event Action? Disturbed;

    public string Name => "nftables";

    public string Describe(BlockRequest request) =>
        $"attackalert: Host {request.Target} has been blocked via nftables set: \"inet {options.Table} {NftElements.SetOf(request.Target)}\"";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => Guarded(() =>
    {
        if (Install() is { } failure) return failure;
        // First the watch: what others change from now on is a disturbance, and listed anew.
        _watch ??= new NftWatch(options.Table, [Elements.Socket], () => Disturbed?.Invoke());
        _found = Adopt();
        return ResponderResult.Done;
    });

    public ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop) => Guarded(() =>
    {
        var known = _held.Contains(request.Target);
        Remember(request);
        return Healing(() => Insert(request.Target, request.Ttl, known));
    });

    public ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop) => Guarded(() =>
    {
        var known = requests.Select(r => r.Target).Where(_held.Contains).ToHashSet();
        foreach (var request in requests) Remember(request);
        var targets = requests.Select(r => r.Target).Distinct().ToList();
        return Healing(() => Fill(targets, known));
    });

    public ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop) => Guarded(() =>
    {
        _held.Forget(target);
        return Healing(() => Remove(target));
    });

    public ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop)
    {
        lock (_gate)
        {
            IReadOnlyList<Prefix>? held = null;
            _ = Caught(() =>
            {
                held = List(_found ?? [.. AllInKernel().Select(static element => element.Prefix)]);
                _found = null;
                return ResponderResult.Done;
            });
            return ValueTask.FromResult(held);
        }
    }

    public ValueTask<ResponderResult?> MendAsync(CancellationToken stop)
    {
        lock (_gate)
        {
            ResponderResult? mended = null;
            var looked = Caught(() =>
            {
                if (Seal.IsBroken()) mended = Install() ?? ResponderResult.Done;
                return ResponderResult.Done;
            });
            return ValueTask.FromResult(looked.Ok ? mended : looked);
        }
    }

    public ValueTask<ResponderResult> FlushAsync(CancellationToken stop) => Guarded(() =>
    {
        Seal.Lift();
        _found = null;
        _held.Clear();
        return NftScript.Run(NftRuleset.Remove(options)) is { } error
            ? ResponderResult.Later($"nftables table inet {options.Table} was not removed: {error}")
            : ResponderResult.Done;
    });

    public ValueTask DisposeAsync()
    {
        // Its thread may be on the way into a call that takes the lock.
        _watch?.Dispose();
        lock (_gate)
        {
            _elements?.Dispose();
            _seal?.Dispose();
        }
        return ValueTask.CompletedTask;
    }

    private NftElements Elements => _elements ??= new NftElements(options.Table);

    private NftSeal Seal => _seal ??= new NftSeal(options.Table);

    private ResponderResult? Install()
    {
        _found = null;
        var refusal = Load();
        if (refusal is null) Seal.Put();
        return refusal;
    }

    private ResponderResult? Load()
    {
        if (NftScript.Run(NftRuleset.Install(options)) is not { } error) return null;
        // A table of that name with other sets (another version's): ours by name, so begin anew, with what it held.
        if (error.Contains("File exists", StringComparison.Ordinal) || error.Contains("busy", StringComparison.Ordinal))
        {
            Adopt();
            error = NftScript.Run(NftRuleset.Remove(options) + NftRuleset.Install(options));
            if (error is null)
            {
                Fill(_held.All, []);
                return null;
            }
        }
        return ResponderResult.Later($"nftables table inet {options.Table} was not installed: {error}; root (CAP_NET_ADMIN) and a kernel with nf_tables are needed");
    }

    // What a former process left in force. Networks among it may be pieces of a wanted one.
    private List<Prefix> Adopt()
    {
        var found = new List<Prefix>();
        foreach (var element in AllInKernel())
        {
            _held.Adopt(element.Prefix, Until(element.Ttl));
            found.Add(element.Prefix);
        }
        return found;
    }

    private void Remember(BlockRequest request) => _held.Want(request.Target, Until(request.Ttl), _now);

    private ResponderResult Insert(Prefix target, TimeSpan? ttl, bool known)
    {
        var set = NftElements.SetOf(target);
        if (NftElements.IsInterval(set) && _held.HasNeighbours(target))
        {
            ReplaceIntervals(set);
            return ResponderResult.Done;
        }
        try
        {
            Elements.Change(set, [new(target, ttl)], known ? Put.Anew : Put.New);
        }
        catch (NetlinkException e) when (e.Errno == EEXIST)
        {
            // Somebody else put an overlapping range into our set: now it is known, and cut to fit.
            Adopt();
            ReplaceIntervals(set);
        }
        return ResponderResult.Done;
    }

    private ResponderResult Fill(IEnumerable<Prefix> targets, HashSet<Prefix> known)
    {
        var changes = new Dictionary<(string Set, Put Put), List<Element>>();
        foreach (var target in targets)
        {
            var change = (NftElements.SetOf(target), known.Contains(target) ? Put.Anew : Put.New);
            if (!changes.TryGetValue(change, out var elements)) changes.Add(change, elements = []);
            if (_held.Until(target) is var until && until > _now) elements.Add(new Element(target, Left(until)));
        }
        foreach (var ((set, put), elements) in changes)
        {
            if (!NftElements.IsInterval(set)) Elements.Change(set, CollectionsMarshal.AsSpan(elements), put);
        }
        foreach (var set in changes.Keys.Select(static change => change.Set).Where(NftElements.IsInterval).Distinct()) ReplaceIntervals(set);
        return ResponderResult.Done;
    }

    private ResponderResult Remove(Prefix target)
    {
        var set = NftElements.SetOf(target);
        if (NftElements.IsInterval(set) && _held.HasNeighbours(target))
        {
            _held.ForgetPieces(target);
            ReplaceIntervals(set);
        }
        else
            Elements.Change(set, [new(target, null)], Put.Gone);
        return ResponderResult.Done;
    }

    private void ReplaceIntervals(string set)
    {
        var cover = PrefixCover.Of(_held.Networks.Where(n => _held.Until(n) > _now && NftElements.SetOf(n) == set).Select(n => (n, _held.Until(n))));
        Elements.Replace(set, [.. cover.Select(c => new Element(c.Prefix, Left(c.Until)))]);
    }

    private List<Prefix> List(List<Prefix> kernel)
    {
        var inKernel = kernel.ToHashSet();
        Prefix[] ranges = [.. inKernel.Where(k => NftElements.IsInterval(NftElements.SetOf(k)))];
        // A wanted network may stand in the kernel as pieces, or within a wider one: it is in force when nothing of it is missing.
        var composed = new List<Prefix>();
        var pieces = new HashSet<Prefix>();
        foreach (var network in _held.Networks)
        {
            if (_held.Until(network) <= _now || inKernel.Contains(network)) continue;
            Prefix[] inside = [.. ranges.Where(r => PrefixCover.Holds(network, r))];
            if (!Fills(network, inside) && !ranges.Any(r => PrefixCover.Holds(r, network))) continue;
            composed.Add(network);
            pieces.UnionWith(inside);
        }
        return [.. inKernel.Where(k => !pieces.Contains(k) || _held.IsWanted(k)), .. composed];
    }

    private static bool Fills(Prefix whole, Prefix[] disjoint)
    {
        var width = whole.Network.IsV4 ? 32 : 128;
        var sum = UInt128.Zero;
        foreach (var piece in disjoint) sum += UInt128.One << (width - piece.Length);
        return whole.Length == 0 && width == 128 ? sum == UInt128.Zero && disjoint.Length > 0 : sum == UInt128.One << (width - whole.Length);
    }

    private IEnumerable<Element> AllInKernel() => Sets.SelectMany(set => Elements.List(set));

    // "No such file": somebody deleted the table (nft flush ruleset, a firewall manager's reload). Put everything back.
    private ResponderResult Healing(Func<ResponderResult> change)
    {
        _found = null;
        try
        {
            return change();
        }
        catch (NetlinkException e) when (e.Errno == ENOENT)
        {
            if (Install() is { } failure) return failure;
            _held.Prune(_now);
            var restored = Fill(_held.All, []);
            services.Log.TableRestored(options.Table, _held.Count);
            return restored;
        }
    }

    private ValueTask<ResponderResult> Guarded(Func<ResponderResult> action)
    {
        lock (_gate) return ValueTask.FromResult(Caught(action));
    }

    private ResponderResult Caught(Func<ResponderResult> action)
    {
        _now = services.Time.GetUtcNow();
        try
        {
            return action();
        }
        catch (NetlinkException e)
        {
            return e.Errno switch
            {
                EPERM => ResponderResult.Never($"nftables: {e.Message}; run as root or give CAP_NET_ADMIN"),
                ENFILE => ResponderResult.Later($"nftables: {e.Message}; the set is full: raise max-addresses or max-networks, or block for a shorter time"),
                _ => ResponderResult.Later($"nftables: {e.Message}; look at 'nft list table inet {options.Table}'"),
            };
        }
    }

    private DateTimeOffset Until(TimeSpan? ttl) =>
        ttl is { } span && span < DateTimeOffset.MaxValue - _now ? _now + span : DateTimeOffset.MaxValue;

    private TimeSpan? Left(DateTimeOffset until) => until == DateTimeOffset.MaxValue ? null : until - _now;
}
