using PortSentry.Core;
using PortSentry.Core.Detection;
using PortSentry.Responders.Nftables;
using static PortSentry.Responders.Tripwire.RulesetText;

namespace PortSentry.Responders.Tripwire;

/// <summary>
/// The tripwire as nft text (nft(8)). A packet passes if it belongs to a socket by the kernel's own look-up (<c>socket transparent</c> finds
/// half-open and time-wait sockets, which <c>wildcard</c> misses) or comes from a friend. What remains is a contact with
/// nothing. A tool that asks a service and answers the SYN-ACK with a RST used it for nothing: a contact, too. The first one with each
/// port is remembered, and only that one touches the sender's meter: repeats of one port never add up.
/// <para>
/// What comes most is asked least: established traffic is looked up twice (held? a socket?), a flood's packet four times. To look into a set that
/// does not fit into the processor's cache, or to make an element, costs as much as ten rules.
/// </para>
/// </summary>
public static class TripwireRuleset
{
    internal const string Friends4 = NftRuleset.Prefixes4;
    internal const string Friends6 = NftRuleset.Prefixes6;
    internal const string Spared4 = "spared4", Spared6 = "spared6", Spared64 = "spared64";
    internal const string Held4 = "held4", Held6 = "held6", Held64 = "held64";

    /// <summary>/64 networks in which every address is a host of its own: those we are in. Elsewhere a /64 is one subscriber (RFC 6177).</summary>
    internal const string Near64 = "near64";

    /// <summary>The tripwire counts only while it is told every few seconds that somebody is there to judge and release.</summary>
    internal const string Awake = "awake";

    /// <summary>Protocol and port that do not count: SCTP listeners.</summary>
    internal const string Exempt = "exempt";

    /// <summary>There while first contacts are more than a host ever sees in peace, and a second longer: a flood of forged senders.</summary>
    private const string Flooded = "flooded";

    /// <summary>How fast contacts came of late, by a hash of their sender: fixed elements in place of one for each sender who ever came.</summary>
    private const string Crowd = "crowd";

    // Fewer: more forged senders share an element and stand out together. More: they leave the processor's cache (2.5 MB now), and a flood's packet
    // costs half as much again.
    private const int CrowdSize = 1 << 14;

    // Contacts a second of one element, beyond the first few, that count in a flood. Lower: of 400,000 forged senders a second too many count by chance.
    // Higher: a scanner gets more answers before it is held. Who asks for fewer a second has not come far when the daemon blocks it.
    private const int CrowdPace = 80, CrowdBurst = 4;

    // First contacts in a second, beyond the strikes, at which a sender is held though the budget is spent. Lower: 131,072 forged senders
    // reach it too, of 300,000 packets a second. Higher: a scanner among them learns more.
    private const int LatePace = 15;

    // Stand-ins for a protocol in the set of contacts: numbers that no packet with ports carries (253 and 254: RFC 3692; 255 is reserved).
    private const int OddContact = 254, FamilyContact = 255;

    // IGMP, IP-in-IP, 6in4, GRE, ESP, AH, EIGRP, OSPF, PIM, VRRP, IPComp, L2TP: neighbours speak these all day, and no socket shows it.
    private const string Silent = "icmp, ipv6-icmp, 2, 4, 41, 47, 50, 51, 88, 89, 103, 108, 112, 115";

    /// <summary>Replaces the table as a whole in one transaction. It is inert until it is told that somebody is awake.</summary>
    public static string Install(TripwireRules rules)
    {
        var text = new RulesetText(Remove(rules), rules.Table);
        Sets(text, rules);
        Families(text, rules.Families);
        Input(text, rules);
        if (rules.HalfOpen) HalfOpenRules.Chains(text, rules);
        Countable(text);
        Tcp(text);
        Udp(text);
        text.Chain("client", [.. rules.Families.All.Count > 0 ? (string[])["meta l4proto . th dport vmap @families"] : [], "goto contact"]);
        Contacts(text, "contact", "meta l4proto . th dport", "strike");
        Contacts(text, "odd", Of($"{OddContact} . th dport"), "oddstrike");
        Contacts(text, "other", "meta l4proto . 0", "strike");
        foreach (var sender in Sender.All)
        {
            Strike(text, "strike" + sender.Name, sender, "strikes" + sender.Sets, rules.Strikes, rules.Hesitates);
            Strike(text, "oddstrike" + sender.Name, sender, "odd" + sender.Sets, rules.OddStrikes, rules.Hesitates);
            Hold(text, sender, rules);
        }
        if (rules.Hesitates) HesitationRules.Chains(text, rules);
        text.Chain("noted", Of($"limit rate {rules.ReportsPerSecond}/second burst {rules.ReportsPerSecond} packets log group {rules.LogGroup} snaplen 128 queue-threshold 1"), "accept");
        return text.End();
    }

    /// <summary>Succeeds whether the table is there or not.</summary>
    public static string Remove(TripwireRules rules) => $"add table inet {rules.Table}\ndelete table inet {rules.Table}\n";

    private static void Sets(RulesetText text, TripwireRules rules)
    {
        var contacts = Of($"flags dynamic,timeout; timeout 1m; size {rules.MaxContacts};");
        var held = Of($"flags dynamic,timeout; timeout {(long)rules.Hold.TotalMilliseconds}ms; size {MostHeld(rules)};");
        text.Set(Friends4, "ipv4_addr", "flags interval;");
        text.Set(Friends6, "ipv6_addr", "flags interval;");
        text.Set(Near64, "ipv6_addr", "size 65536;");
        text.Set(Awake, "nf_proto", "flags timeout;");
        text.Set(Exempt, "inet_proto . inet_service", "size 4096;");
        foreach (var (family, address) in (ReadOnlySpan<(string, string)>)[("4", "ipv4_addr"), ("6", "ipv6_addr")])
        {
            text.Set("spared" + family, address, "flags timeout; size 65536;");
            text.Set("held" + family, address, held);
            text.Set("seen" + family, $"{address} . {address} . inet_proto . inet_service", contacts);
            text.Set("strikes" + family, $"{address} . {address}", contacts);
            text.Set("odd" + family, $"{address} . {address}", contacts);
            text.Set("pace" + family, $"{address} . {address}", Of($"flags dynamic,timeout; timeout 2s; size {rules.MaxContacts};"));
            if (rules.HalfOpen) HalfOpenRules.Sets(text, family, address, rules);
            if (rules.Hesitates) HesitationRules.Sets(text, family, address, rules);
        }
        text.Set(Spared64, "ipv6_addr", "flags timeout; size 65536;");
        text.Set(Held64, "ipv6_addr", held);
        text.Set(Flooded, "nf_proto", "flags dynamic,timeout; timeout 1s; size 64;");
        text.Set(Crowd, "mark", Of($"flags dynamic; size {CrowdSize};"));
        text.Limit("ordinary", $"rate {rules.ContactsPerSecond}/second burst {rules.ContactsPerSecond} packets;");
        if (rules.HoldsPerMinute == 0) return;
        text.Limit("holds", $"rate over {rules.HoldsPerMinute}/minute burst {rules.HoldsPerMinute} packets;");
        text.Limit("lateholds", $"rate {rules.HoldsPerMinute}/minute burst {rules.HoldsPerMinute} packets;");
    }

    // Both budgets and their bursts for as long as a hold lasts, twice: what is over is there until it is collected. No larger, for each packet looks into it.
    private static long MostHeld(TripwireRules rules) => Math.Clamp((long)(4 * rules.HoldsPerMinute * (1 + rules.Hold.TotalMinutes)), 1024, 65536);

    private static void Input(RulesetText text, TripwireRules rules)
    {
        text.Chain(
            "input",
            Of($"type filter hook input priority {rules.Priority}; policy accept;"),
            "iif lo accept",
            $"ip saddr @{Held4} goto caught",
            $"ip6 saddr @{Held6} goto caught",
            $"{Sender.Upper64} @{Held64} goto caught",
            $"{Match.Socket} {(rules.HalfOpen ? HalfOpenRules.Verdict : "accept")}",
            "jump countable",
            $"meta l4proto {{ {Silent} }} accept",
            "fib daddr type != local accept",
            $"meta l4proto . th dport @{Exempt} accept",
            "meta l4proto tcp goto segment",
            "meta l4proto udp goto datagram",

            // INIT and COOKIE ECHO begin something (RFC 9260 3.2); what belongs to an association at work does not count.
            "meta l4proto sctp @th,96,8 { 1, 10 } goto contact",
            "meta l4proto sctp accept",
            "goto other");
        text.Chain("caught", "jump friend", "counter drop");
        text.Chain(
            "friend",
            $"ip saddr @{Friends4} accept",
            $"ip6 saddr @{Friends6} accept",
            $"ip saddr @{Spared4} accept",
            $"ip6 saddr @{Spared6} accept",
            $"{Sender.Upper64} @{Spared64} accept");
    }

    // More first contacts than a host ever sees in peace are a flood of forged senders, each of whom comes seldom: then only those count who come fast. The
    // limit "ordinary" has the last word in a flood, too, so the sets fill no faster than it lets them.
    private static void Countable(RulesetText text)
    {
        text.Chain("countable", $"meta nfproto @{Flooded} jump standout", $"meta nfproto != @{Awake} accept", "jump friend");
        text.Chain(
            "standout",
            [
                .. Sender.All.Select(static sender =>
                    Of($"{sender.Guard}add @{Crowd} {{ jhash {sender.Source} mod {CrowdSize} limit rate over {CrowdPace}/second burst {CrowdBurst} packets }} return")),
                "accept",
            ]);
        text.Chain("ordinary", "limit name \"ordinary\" return", $"update @{Flooded} {{ meta nfproto }} accept");
    }

    // What is an answer, or looks like one to a socket just closed, is no contact: RST, SYN-ACK, ACK and FIN from a service's port.
    // Families are for clients: a SYN with what every stack's connect() puts into it (RFC 2018, RFC 7323). A tool's own SYN or a bare ACK
    // is nobody's mail program.
    private static void Tcp(RulesetText text)
    {
        text.Chain(
            "segment",
            "tcp flags & (fin | syn | rst | ack) vmap { syn : goto opening, ack : goto unasked, fin | ack : goto unasked, syn | ack : accept, 0x0 : goto odd, fin : goto odd, fin | syn : goto odd, fin | syn | ack : goto odd }",
            "accept");
        text.Chain(
            "opening", "tcp option timestamp exists goto client", "tcp option sack-perm exists goto client", "tcp option window exists goto client", "goto contact");
        text.Chain("unasked", "tcp sport < 1024 tcp dport >= 1024 accept", "tcp sport < 32768 tcp dport >= 32768 accept", "goto contact");
    }

    private static void Udp(RulesetText text) => text.Chain(
        "datagram",
        "udp dport 33434-33689 goto client",
        "udp sport < 1024 udp dport >= 1024 accept",
        "udp sport < 32768 udp dport >= 32768 accept",
        "goto client");

    private static void Families(RulesetText text, ServiceFamilies families)
    {
        for (var i = 0; i < families.All.Count; i++) Contacts(text, Of($"family{i + 1}"), Of($"{FamilyContact} . {i + 1}"), "strike");
        if (families.All.Count == 0) return;
        text.Line($"map families {{ type inet_proto . inet_service : verdict; flags interval; elements = {{ {string.Join(", ", [.. Ports(families, IpProtocol.Tcp, "tcp"), .. Ports(families, IpProtocol.Udp, "udp")])} }}; }}");
    }

    // By runs of ports of one family: a map takes no overlap, and where two families name a port the first one has it.
    private static IEnumerable<string> Ports(ServiceFamilies families, IpProtocol protocol, string word)
    {
        for (int first = 0, next; first <= ushort.MaxValue; first = next)
        {
            var family = families.Of(protocol, (ushort)first);
            next = first + 1;
            while (next <= ushort.MaxValue && families.Of(protocol, (ushort)next) == family) next++;
            if (family != 0) yield return Of($"{word} . {first}{(next - 1 > first ? Of($"-{next - 1}") : "")} : goto family{family}");
        }
    }

    // The limit lives in the element and outlives it, so only the packet that made the element goes on: the first of its kind. (A look-up
    // before the addition would need the key twice, and nft looks up no key with a constant in it.) A full set breaks the rule: then nobody
    // is counted, and nobody accused for a repeat.
    private static void Contacts(RulesetText text, string name, string contact, string strike)
    {
        var rules = new List<string> { "jump ordinary" };
        foreach (var sender in Sender.All)
            rules.Add($"{sender.Guard}add @seen{sender.Sets} {{ {sender.Pair} . {contact} {Match.Once} }} goto {strike}{sender.Name}");
        text.Chain(name, [.. rules]);
    }

    private static void Strike(RulesetText text, string name, Sender sender, string meter, int strikes, bool hesitates) => text.Chain(
        name,
        [
            .. hesitates ? HesitationRules.AtStrike(sender) : [],
            strikes <= 1
                ? $"goto hold{sender.Name}"
                : Of($"update @{meter} {{ {sender.Pair} limit rate over {strikes - 1}/minute burst {strikes - 1} packets }} goto hold{sender.Name}"),
            "goto noted",
        ]);

    private static void Hold(RulesetText text, Sender sender, TripwireRules rules)
    {
        if (rules.HoldsPerMinute == 0)
        {
            text.Chain("hold" + sender.Name, "goto noted");
            return;
        }
        var hold = Of($"{(rules.Hesitates ? HesitationRules.Forget(sender) : "")}add @{sender.Held} {{ {sender.Source} }} log group {rules.HoldGroup} snaplen 128 queue-threshold 1 drop");
        text.Chain("hold" + sender.Name, $"limit name \"holds\" goto late{sender.Name}", hold, "goto noted");
        // Many forged senders of a small range have taken up the budget. A second one is for who is faster than they are.
        text.Chain(
            "late" + sender.Name,
            Of($"update @pace{sender.Sets} {{ {sender.Pair} limit rate over {LatePace}/second burst {LatePace} packets }} limit name \"lateholds\" {hold}"),
            "goto noted");
    }
}
