using PortSentry.Core.Addresses;

namespace PortSentry.Responders.Nftables;

/// <summary>
/// What we put into the sets and when it ends: to put it back when somebody flushes them, and to work out the cover of networks, which the
/// kernel holds without overlaps.
/// </summary>
internal sealed class HeldPrefixes
{
    private const int LeastBeforePruning = 1024;

    private readonly Dictionary<Prefix, DateTimeOffset> _until = [];

    // The keys that live in interval sets: few, and asked for overlaps.
    private readonly HashSet<Prefix> _networks = [];

    // Networks found in the kernel. They may be pieces of a wanted one (PrefixCover), so lifting that lifts them.
    private readonly HashSet<Prefix> _adopted = [];

    private int _pruneAt = LeastBeforePruning;

    public int Count => _until.Count;

    public IReadOnlyCollection<Prefix> All => _until.Keys;

    public IReadOnlyCollection<Prefix> Networks => _networks;

    public bool Contains(Prefix prefix) => _until.ContainsKey(prefix);

    public DateTimeOffset Until(Prefix prefix) => _until[prefix];

    /// <summary>Wanted as a whole, and no piece of another.</summary>
    public bool IsWanted(Prefix network) => _networks.Contains(network) && !_adopted.Contains(network);

    public void Want(Prefix prefix, DateTimeOffset until, DateTimeOffset now)
    {
        Put(prefix, until);
        _adopted.Remove(prefix);
        if (_until.Count < _pruneAt) return;
        Prune(now);
        _pruneAt = Math.Max(LeastBeforePruning, _until.Count * 2);
    }

    /// <summary>It was found in the kernel; what is known already stays as it is.</summary>
    public void Adopt(Prefix prefix, DateTimeOffset until)
    {
        if (_until.ContainsKey(prefix)) return;
        Put(prefix, until);
        if (_networks.Contains(prefix)) _adopted.Add(prefix);
    }

    public void Forget(Prefix prefix)
    {
        _until.Remove(prefix);
        _networks.Remove(prefix);
        _adopted.Remove(prefix);
    }

    /// <summary>Forgets what was adopted within a network.</summary>
    public void ForgetPieces(Prefix network)
    {
        foreach (var piece in _adopted.Where(piece => PrefixCover.Holds(network, piece)).ToArray()) Forget(piece);
    }

    public void Prune(DateTimeOffset now)
    {
        foreach (var (prefix, until) in _until)
            if (until <= now) Forget(prefix);
    }

    public void Clear()
    {
        _until.Clear();
        _networks.Clear();
        _adopted.Clear();
    }

    /// <summary>Whether another network overlaps this one; hosts and /64 live in sets of their own.</summary>
    public bool HasNeighbours(Prefix target)
    {
        foreach (var prefix in _networks)
            if (prefix != target && (PrefixCover.Holds(prefix, target) || PrefixCover.Holds(target, prefix))) return true;
        return false;
    }

    private void Put(Prefix prefix, DateTimeOffset until)
    {
        _until[prefix] = until;
        if (NftElements.IsInterval(NftElements.SetOf(prefix))) _networks.Add(prefix);
    }
}
