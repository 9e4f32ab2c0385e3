using System.Globalization;

namespace PortSentry.Responders.Nftables;

/// <summary>Our table as nft text. Loading it twice changes nothing but the rules' counters.</summary>
public static class NftRuleset
{
    public const string Addresses4 = "blocked4";
    public const string Addresses6 = "blocked6";

    /// <summary>IPv6 /64 networks in a hash set under their first address: the unit of an IPv6 source, so there are many.</summary>
    public const string Networks64 = "blocked64";

    public const string Prefixes4 = "prefixes4";
    public const string Prefixes6 = "prefixes6";

    /// <summary>Adds what is missing and rewrites the rules; elements stay.</summary>
    public static string Install(NftablesOptions options)
    {
        var t = "inet " + options.Table;
        var log = options.LogPerMinute == 0
            ? ""
            : Line($"add rule {t} refuse limit rate {options.LogPerMinute}/minute burst 5 packets log prefix \"portsentry: dropped \"");
        return
            Line($"add table {t}") +
            Line($"add set {t} {Addresses4} {{ type ipv4_addr; flags timeout; size {options.MaxAddresses}; }}") +
            Line($"add set {t} {Addresses6} {{ type ipv6_addr; flags timeout; size {options.MaxAddresses}; }}") +
            Line($"add set {t} {Networks64} {{ type ipv6_addr; flags timeout; size {options.MaxAddresses}; }}") +
            Line($"add set {t} {Prefixes4} {{ type ipv4_addr; flags interval,timeout; size {options.MaxNetworks * 2}; }}") +
            Line($"add set {t} {Prefixes6} {{ type ipv6_addr; flags interval,timeout; size {options.MaxNetworks * 2}; }}") +
            Line($"add chain {t} refuse") +
            Line($"add chain {t} early {{ type filter hook prerouting priority {options.Priority}; policy accept; }}") +
            Line($"flush chain {t} early") +
            Line($"flush chain {t} refuse") +
            log +
            Line($"add rule {t} refuse {(options.Counter ? "counter " : "")}drop") +
            Line($"add rule {t} early iif lo accept") +
            Line($"add rule {t} early ip saddr @{Addresses4} goto refuse") +
            Line($"add rule {t} early ip6 saddr @{Addresses6} goto refuse") +
            Line($"add rule {t} early ip6 saddr & ffff:ffff:ffff:ffff:: @{Networks64} goto refuse") +
            Line($"add rule {t} early ip saddr @{Prefixes4} goto refuse") +
            Line($"add rule {t} early ip6 saddr @{Prefixes6} goto refuse");
    }

    /// <summary>Succeeds whether the table is there or not.</summary>
    public static string Remove(NftablesOptions options) =>
        Line($"add table inet {options.Table}") + Line($"delete table inet {options.Table}");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture) + "\n";
}
