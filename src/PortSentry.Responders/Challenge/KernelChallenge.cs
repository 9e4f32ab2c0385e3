using PortSentry.Core.Detection;
using PortSentry.Netlink;
using PortSentry.Responders.Nftables;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Responders.Challenge;

/// <summary>
/// The challenge's rules in nftables (<see cref="ChallengeRuleset"/>), in the network namespace of the thread that first called. Expected
/// failures are values. One thread at a time uses it.
/// </summary>
public sealed class KernelChallenge(ChallengeRules rules) : IDisposable
{
    // nf_proto of ipv4 and ipv6 (linux/netfilter.h).
    private static readonly byte[][] BothFamilies = [[2], [10]];

    private TripwireSwitches? _switches;
    private NftSeal? _seal;

    /// <summary>Installs the rules anew, inert.</summary>
    /// <param name="traps">At least one; disjoint.</param>
    public ResponderResult Install(IEnumerable<PortRange> traps)
    {
        var installed = Run(ChallengeRuleset.Install(rules, traps), "installed");
        return installed.Ok ? Guarded(() => Seal.Put()) : installed;
    }

    /// <summary>False where somebody else changed or deleted the rules since <see cref="Install"/>.</summary>
    public bool IsIntact()
    {
        var isBroken = false;
        // Where the kernel cannot be asked, the next call that changes something says why.
        _ = Guarded(() => isBroken = Seal.IsBroken());
        return !isBroken;
    }

    /// <summary>Takes everything of ours out. Succeeds where nothing is there.</summary>
    public ResponderResult Remove()
    {
        _seal?.Lift();
        return Run(ChallengeRuleset.Remove(rules), "removed");
    }

    /// <summary>Lets it take SYNs for this long; call again before it is over. Fails where the table is gone.</summary>
    public ResponderResult StayAwake(TimeSpan lasts) => Guarded(() => (_switches ??= new TripwireSwitches(rules.Table)).Put(ChallengeRuleset.Awake, BothFamilies, lasts));

    public void Dispose()
    {
        _seal?.Dispose();
        _switches?.Dispose();
    }

    private NftSeal Seal => _seal ??= new NftSeal(rules.Table);

    private ResponderResult Run(string script, string done) => NftScript.Run(script) is { } error
        ? ResponderResult.Later($"the challenge (nftables table inet {rules.Table}) was not {done}: {error}; it needs root (CAP_NET_ADMIN) and a kernel with nft_socket and nft_fib_inet")
        : ResponderResult.Done;

    private ResponderResult Guarded(Action change)
    {
        try
        {
            change();
            return ResponderResult.Done;
        }
        catch (NetlinkException failure)
        {
            return ResponderResult.Later($"challenge: {failure.Message}; look at 'nft list table inet {rules.Table}'");
        }
    }
}
