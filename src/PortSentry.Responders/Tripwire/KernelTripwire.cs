using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Netlink;
using PortSentry.Responders.Nftables;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Tripwire;

/// <summary>The tripwire in nftables (<see cref="TripwireRuleset"/>), in the network namespace of the thread that first called.</summary>
public sealed class KernelTripwire(TripwireRules rules) : ITripwire, IDisposable
{
    // nf_proto of ipv4 and ipv6 (linux/netfilter.h).
    private static readonly byte[][] BothFamilies = [[2], [10]];

    private readonly Lock _gate = new();
    private NftElements? _elements;
    private TripwireSwitches? _switches;
    private NftSeal? _seal;
    private NftWatch? _watch;

    public event Action? Disturbed;

    public ResponderResult Install()
    {
        var installed = Run(TripwireRuleset.Install(rules), "installed");
        return !installed.Ok ? installed : Guarded(() =>
        {
            Seal.Put();
            _watch ??= new NftWatch(rules.Table, [Elements.Socket, Switches.Socket], () => Disturbed?.Invoke());
        });
    }

    public bool IsIntact()
    {
        var isBroken = false;
        // Where the kernel cannot be asked, the next change of a set says why.
        _ = Guarded(() => isBroken = Seal.IsBroken());
        return !isBroken;
    }

    public ResponderResult Remove()
    {
        lock (_gate) _seal?.Lift();
        return Run(TripwireRuleset.Remove(rules), "removed");
    }

    public ResponderResult StayAwake(TimeSpan lasts) => Guarded(() => Switches.Put(TripwireRuleset.Awake, BothFamilies, lasts));

    public ResponderResult SetFriends(IReadOnlyCollection<Prefix> friends) => Guarded(() =>
    {
        foreach (var (set, v4) in (ReadOnlySpan<(string, bool)>)[(TripwireRuleset.Friends4, true), (TripwireRuleset.Friends6, false)])
        {
            // Intervals must not overlap: the cover has each address once.
            var cover = PrefixCover.Of(friends.Where(friend => friend.Network.IsV4 == v4).Distinct().Select(static friend => (friend, DateTimeOffset.MaxValue)));
            Elements.Replace(set, [.. cover.Select(static part => new Element(part.Prefix, null))]);
        }
    });

    public ResponderResult SetNear(IReadOnlyCollection<Address> own) => Guarded(() => Switches.Replace(
        TripwireRuleset.Near64, [.. own.Where(static address => !address.IsV4).Select(static address => new Prefix(address, 64).Network).Distinct().Select(TripwireSwitches.KeyOf)]));

    public ResponderResult Exempt(IpProtocol protocol, ushort port) => Guarded(() => Switches.Put(TripwireRuleset.Exempt, [TripwireSwitches.KeyOf(protocol, port)], null));

    public ResponderResult Count(IpProtocol protocol, ushort port) => Guarded(() => Switches.Take(TripwireRuleset.Exempt, [TripwireSwitches.KeyOf(protocol, port)]));

    public ResponderResult Release(Prefix target) => Guarded(() =>
    {
        var (hosts, networks) = target.Network.IsV4 ? (TripwireRuleset.Held4, null) : (TripwireRuleset.Held6, TripwireRuleset.Held64);
        if (target.IsHost) Switches.Take(hosts, [TripwireSwitches.KeyOf(target.Network)]);
        if (networks is not null) Switches.Take(networks, [TripwireSwitches.KeyOf(new Prefix(target.Network, 64).Network)]);
    });

    public ResponderResult Spare(Prefix target, TimeSpan lasts) => Guarded(() => Switches.Put(
        target.Network.IsV4 ? TripwireRuleset.Spared4 : target.IsHost ? TripwireRuleset.Spared6 : TripwireRuleset.Spared64, [TripwireSwitches.KeyOf(target.Network)], lasts));

    public void Dispose()
    {
        _watch?.Dispose();
        lock (_gate)
        {
            _seal?.Dispose();
            _elements?.Dispose();
            _switches?.Dispose();
        }
    }

    private NftElements Elements => _elements ??= new NftElements(rules.Table);

    private TripwireSwitches Switches => _switches ??= new TripwireSwitches(rules.Table);

    private NftSeal Seal => _seal ??= new NftSeal(rules.Table);

    private ResponderResult Run(string script, string done) => NftScript.Run(script) is { } error
        ? ResponderResult.Later($"the tripwire (nftables table inet {rules.Table}) was not {done}: {error}; it needs root (CAP_NET_ADMIN) and a kernel with nft_socket and nft_fib_inet")
        : ResponderResult.Done;

    private ResponderResult Guarded(Action change)
    {
        lock (_gate)
        {
            try
            {
                change();
                return ResponderResult.Done;
            }
            catch (NetlinkException failure)
            {
                return failure.Errno == EPERM
                    ? ResponderResult.Never($"tripwire: {failure.Message}; run as root or give CAP_NET_ADMIN")
                    : ResponderResult.Later($"tripwire: {failure.Message}; look at 'nft list table inet {rules.Table}'");
            }
        }
    }
}
