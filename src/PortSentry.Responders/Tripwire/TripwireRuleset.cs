using System.Globalization;
using System.Text;
using PortSentry.Core;
using PortSentry.Core.Detection;
using PortSentry.Responders.Nftables;

namespace PortSentry.Responders.Tripwire;

/// <summary>
/// The tripwire as nft text (nft(8)). A packet passes if it comes from a friend or belongs to a socket by the kernel's own look-up
/// (<c>socket transparent</c> finds half-open and time-wait sockets, which <c>wildcard</c> misses). What remains is a contact with
/// nothing. A tool that asks a service and answers the SYN-ACK with a RST used it for nothing: a contact, too. The first one with each
/// port is remembered, and only that one touches the sender's meter: repeats of one port never add up.
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

    /// <summary>Who is counted in a flood: one in <see cref="SampleOf"/> of those who come, for a second.</summary>
    private const string Suspects = "suspects";

    /// <summary>Who asked a service with a SYN that no stack sends, in the last <see cref="ToolSeconds"/>.</summary>
    private const string Tools = "tools";

    // As long as the detection takes a RST for an answer to our SYN-ACK. Shorter: half-open scans over very slow paths are seen by the daemon alone.
    private const int ToolSeconds = 10;

    /// <summary>Who has a strike, and waits. (A look-up in the meters would count as a strike.)</summary>
    private const string Struck = "struck";

    /// <summary>Whose SYN to a port was dropped once, and who comes again before a stack would (1 s, RFC 6298).</summary>
    private const string Waited = "waited", Early = "early";

    private const int EarlyMilliseconds = 800;

    private const string Syn = "tcp flags & (fin | syn | rst | ack) == syn";

    // In an element: only the packet that made it matches, as long as it is there.
    private const string Once = "limit rate 1/hour burst 1 packets";

    // Any socket; one that is neither half-open nor in time-wait.
    private const string Socket = "socket transparent <= 1", FullSocket = "socket wildcard <= 1";

    // First contacts in a second, beyond the strikes, at which a sender is held though the budget is spent. Lower: 131,072 forged senders
    // reach it too, of 300,000 packets a second. Higher: a scanner among them learns more.
    private const int LatePace = 15;

    // Of a flood's first contacts one in so many makes its sender a suspect. Lower: a flood of 300,000 senders a second fills the set, and
    // then hides everybody. Higher: a scanner inside a flood sees as many more answers before its fourth strike.
    private const int SampleOf = 2;

    private const string Upper64 = "ip6 saddr & ffff:ffff:ffff:ffff::";

    // Stand-ins for a protocol in the set of contacts: numbers that no packet with ports carries (253 and 254: RFC 3692; 255 is reserved).
    private const int OddContact = 254, FamilyContact = 255;

    // IGMP, IP-in-IP, 6in4, GRE, ESP, AH, EIGRP, OSPF, PIM, VRRP, IPComp, L2TP: neighbours speak these all day, and no socket shows it.
    private const string Silent = "icmp, ipv6-icmp, 2, 4, 41, 47, 50, 51, 88, 89, 103, 108, 112, 115";

    // Who is counted: an IPv4 address, an IPv6 address near us, the /64 of one far away.
    private static readonly Sender[] Senders =
    [
        new("4", "4", "", "ip saddr", "ip daddr", Held4),
        new("6near", "6", $"{Upper64} @{Near64} ", "ip6 saddr", "ip6 daddr", Held6),
        new("6far", "6", $"{Upper64} != @{Near64} ", Upper64, "ip6 daddr", Held64),
    ];

    /// <summary>Replaces the table as a whole in one transaction. It is inert until it is told that somebody is awake.</summary>
    public static string Install(TripwireRules rules)
    {
        var text = new StringBuilder(Remove(rules));
        text.Append(CultureInfo.InvariantCulture, $"table inet {rules.Table} {{\n");
        Sets(text, rules);
        Families(text, rules.Families);
        Input(text, rules);
        if (rules.HalfOpen) Handshake(text, rules);
        Tcp(text);
        Udp(text);
        Crowd(text);
        Chain(text, "client", [.. rules.Families.All.Count > 0 ? (string[])["meta l4proto . th dport vmap @families"] : [], "goto contact"]);
        Contacts(text, "contact", "meta l4proto . th dport", "strike");
        Contacts(text, "odd", Invariant($"{OddContact} . th dport"), "oddstrike");
        Contacts(text, "other", "meta l4proto . 0", "strike");
        foreach (var sender in Senders)
        {
            Strike(text, "strike" + sender.Name, sender, "strikes" + sender.Sets, rules.Strikes, rules.Hesitate != Hesitation.Off);
            Strike(text, "oddstrike" + sender.Name, sender, "odd" + sender.Sets, rules.OddStrikes, rules.Hesitate != Hesitation.Off);
            Hold(text, sender, rules);
        }
        if (rules.Hesitate != Hesitation.Off) Hesitate(text, rules);
        Chain(text, "noted", Invariant($"limit rate {rules.ReportsPerSecond}/second burst {rules.ReportsPerSecond} packets log group {rules.LogGroup} snaplen 128 queue-threshold 1"), "accept");
        return text.Append("}\n").ToString();
    }

    /// <summary>Succeeds whether the table is there or not.</summary>
    public static string Remove(TripwireRules rules) => $"add table inet {rules.Table}\ndelete table inet {rules.Table}\n";

    private static void Sets(StringBuilder text, TripwireRules rules)
    {
        var contacts = Invariant($"flags dynamic,timeout; timeout 1m; size {rules.MaxContacts};");
        var held = Invariant($"flags dynamic,timeout; timeout {(long)rules.Hold.TotalMilliseconds}ms; size 65536;");
        Set(text, Friends4, "ipv4_addr", "flags interval;");
        Set(text, Friends6, "ipv6_addr", "flags interval;");
        Set(text, Near64, "ipv6_addr", "size 65536;");
        Set(text, Awake, "nf_proto", "flags timeout;");
        Set(text, Exempt, "inet_proto . inet_service", "size 4096;");
        foreach (var (family, address) in (ReadOnlySpan<(string, string)>)[("4", "ipv4_addr"), ("6", "ipv6_addr")])
        {
            Set(text, "spared" + family, address, "flags timeout; size 65536;");
            Set(text, "held" + family, address, held);
            Set(text, "seen" + family, $"{address} . {address} . inet_proto . inet_service", contacts);
            Set(text, "strikes" + family, $"{address} . {address}", contacts);
            Set(text, "odd" + family, $"{address} . {address}", contacts);
            Set(text, "pace" + family, $"{address} . {address}", Invariant($"flags dynamic,timeout; timeout 2s; size {rules.MaxContacts};"));
            Set(text, Tools + family, $"{address} . {address}", Invariant($"flags dynamic,timeout; timeout {ToolSeconds}s; size {rules.MaxContacts};"));
            if (rules.Hesitate != Hesitation.Off)
            {
                Set(text, Struck + family, $"{address} . {address}", contacts);
                Set(text, Waited + family, $"{address} . {address} . inet_service", contacts);
                Set(text, Early + family, $"{address} . {address} . inet_service", Invariant($"flags dynamic,timeout; timeout {EarlyMilliseconds}ms; size {rules.MaxContacts};"));
            }
            Set(text, Suspects + family, address, Invariant($"flags dynamic,timeout; timeout 1s; size {2 * rules.MaxContacts};"));
        }
        Set(text, Spared64, "ipv6_addr", "flags timeout; size 65536;");
        Set(text, Held64, "ipv6_addr", held);
        text.Append(CultureInfo.InvariantCulture, $"  limit ordinary {{ rate {rules.ContactsPerSecond}/second burst {rules.ContactsPerSecond} packets; }}\n");
        if (rules.HoldsPerMinute > 0)
            text.Append(CultureInfo.InvariantCulture, $"  limit holds {{ rate over {rules.HoldsPerMinute}/minute burst {rules.HoldsPerMinute} packets; }}\n")
                .Append(CultureInfo.InvariantCulture, $"  limit lateholds {{ rate {rules.HoldsPerMinute}/minute burst {rules.HoldsPerMinute} packets; }}\n");
    }

    private static void Input(StringBuilder text, TripwireRules rules) => Chain(
        text, "input", [
            Invariant($"type filter hook input priority {rules.Priority}; policy accept;"),
            "iifname \"lo\" accept",
            $"ip saddr @{Friends4} accept",
            $"ip6 saddr @{Friends6} accept",
            $"ip saddr @{Spared4} accept",
            $"ip6 saddr @{Spared6} accept",
            $"{Upper64} @{Spared64} accept",
            $"ip saddr @{Held4} counter drop",
            $"ip6 saddr @{Held6} counter drop",
            $"{Upper64} @{Held64} counter drop",
            $"meta nfproto != @{Awake} accept",
            .. rules.HalfOpen ? (string[])["tcp flags & (syn | rst) != 0x0 jump handshake"] : [],
            $"meta l4proto {{ tcp, udp }} {Socket} accept",
            $"meta l4proto {{ {Silent} }} accept",
            "fib daddr type != local accept",
            $"meta l4proto . th dport @{Exempt} accept",
            "meta l4proto tcp goto segment",
            "meta l4proto udp goto datagram",

            // INIT and COOKIE ECHO begin something (RFC 9260 3.2); what belongs to an association at work does not count.
            "meta l4proto sctp @th,96,8 { 1, 10 } goto contact",
            "meta l4proto sctp accept",
            "goto other",
        ]);

    // Half-open ports. A bare RST that has a socket, but no full one, answers a SYN-ACK of ours (or comes late to a connection in time-wait). It
    // counts from a sender whose SYN was a tool's: a stack whose program gave its connect up sends the same RST, but its SYN had options. Health checks
    // that reset with an ACK pass. In a flood of SYNs to services there are SYN cookies instead of half-open sockets, and tools are not remembered either:
    // then the daemon alone sees half-open ports.
    private static void Handshake(StringBuilder text, TripwireRules rules)
    {
        Chain(text, "handshake", $"{Syn} {FullSocket} goto service", "tcp flags & (fin | syn | rst | ack) == rst goto givenup");
        Chain(
            text, "service",
            Invariant($"tcp option timestamp missing tcp option sack-perm missing tcp option window missing limit rate {rules.ContactsPerSecond}/second burst {rules.ContactsPerSecond} packets goto tool"));
        Chain(text, "tool", [.. Senders.Select(static sender => $"{sender.Guard}update @{Tools}{sender.Sets} {{ {sender.Source} . {sender.Destination} }}")]);
        Chain(text, "givenup", $"{FullSocket} accept", $"{Socket} goto halfopen");
        Chain(text, "halfopen", [.. Senders.Select(static sender => $"{sender.Guard}{sender.Source} . {sender.Destination} @{Tools}{sender.Sets} goto contact")]);
    }

    // Behind the chain that counts, and the challenge: what they let through of one who has a strike waits here.
    private static void Hesitate(StringBuilder text, TripwireRules rules)
    {
        Chain(
            text, "hesitation",
            [
                Invariant($"type filter hook input priority {rules.Priority + 2}; policy accept;"),
                .. Senders.Select(static sender => $"{sender.Guard}{Syn} {sender.Source} . {sender.Destination} @{Struck}{sender.Sets} goto hesitate{sender.Name}"),
            ]);
        foreach (var sender in Senders)
        {
            Chain(
                text, "hesitate" + sender.Name,
                [
                    .. rules.Hesitate == Hesitation.Refusals ? (string[])[$"{Socket} accept", $"meta l4proto . th dport @{Exempt} accept"] : [],
                    $"{sender.Port} @{Early}{sender.Sets} drop",
                    $"add @{Waited}{sender.Sets} {{ {sender.Port} {Once} }} add @{Early}{sender.Sets} {{ {sender.Port} }} drop",
                ]);
        }
    }

    // Families are for clients: a SYN with what every stack's connect() puts into it (RFC 2018, RFC 7323). A tool's own SYN or a bare ACK
    // is nobody's mail program.
    // What is an answer, or looks like one to a socket just closed, is no contact: RST, SYN-ACK, ACK and FIN from a service's port.
    private static void Tcp(StringBuilder text) => Chain(
        text, "segment",
        "tcp flags & rst == rst accept",
        "tcp flags & (fin | syn) == fin | syn goto odd",
        "tcp flags & (syn | ack) == syn | ack accept",
        "tcp flags & (syn | ack) == 0x0 goto odd",
        "tcp flags & (syn | ack) == ack tcp sport < 1024 tcp dport >= 1024 accept",
        "tcp flags & (syn | ack) == ack tcp sport < 32768 tcp dport >= 32768 accept",
        "tcp flags & (syn | ack) == syn tcp option timestamp exists goto client",
        "tcp flags & (syn | ack) == syn tcp option sack-perm exists goto client",
        "tcp flags & (syn | ack) == syn tcp option window exists goto client",
        "goto contact");

    private static void Udp(StringBuilder text) => Chain(
        text, "datagram",
        "udp dport 33434-33689 goto client",
        "udp sport < 1024 udp dport >= 1024 accept",
        "udp sport < 32768 udp dport >= 32768 accept",
        "goto client");

    private static void Families(StringBuilder text, ServiceFamilies families)
    {
        for (var i = 0; i < families.All.Count; i++) Contacts(text, Invariant($"family{i + 1}"), Invariant($"{FamilyContact} . {i + 1}"), "strike");
        if (families.All.Count == 0) return;
        text.Append("  map families { type inet_proto . inet_service : verdict; flags interval; elements = {");
        foreach (var (protocol, word) in (ReadOnlySpan<(IpProtocol, string)>)[(IpProtocol.Tcp, "tcp"), (IpProtocol.Udp, "udp")]) Ports(text, families, protocol, word);
        text.Append(" }; }\n");
    }

    // By runs of ports of one family: a map takes no overlap, and where two families name a port the first one has it.
    private static void Ports(StringBuilder text, ServiceFamilies families, IpProtocol protocol, string word)
    {
        for (int first = 0, next; first <= ushort.MaxValue; first = next)
        {
            var family = families.Of(protocol, (ushort)first);
            next = first + 1;
            while (next <= ushort.MaxValue && families.Of(protocol, (ushort)next) == family) next++;
            if (family == 0) continue;
            text.Append(CultureInfo.InvariantCulture, $" {word} . {first}{(next - 1 > first ? Invariant($"-{next - 1}") : "")} : goto family{family},");
        }
    }

    // More first contacts than a host ever sees in peace are a flood of forged senders, who come once: then only those count who were drawn
    // before. A scanner comes again and again and is drawn soon; the sets fill no faster than the limit lets them.
    private static void Crowd(StringBuilder text)
    {
        var rules = new List<string> { "limit name \"ordinary\" return" };
        foreach (var sender in Senders) rules.Add($"{sender.Guard}{sender.Source} @{Suspects}{sender.Sets} return");
        foreach (var sender in Senders) rules.Add(Invariant($"{sender.Guard}numgen random mod {SampleOf} 0 add @{Suspects}{sender.Sets} {{ {sender.Source} }} accept"));
        Chain(text, "crowd", [.. rules, "accept"]);
    }

    // The limit lives in the element and outlives it, so only the packet that made the element goes on: the first of its kind. (A look-up
    // before the addition would need the key twice, and nft looks up no key with a constant in it.) A full set breaks the rule: then nobody
    // is counted, and nobody accused for a repeat.
    private static void Contacts(StringBuilder text, string name, string contact, string strike)
    {
        var rules = new List<string> { "jump crowd" };
        foreach (var sender in Senders)
        {
            var key = $"{sender.Source} . {sender.Destination} . {contact}";
            rules.Add($"{sender.Guard}add @seen{sender.Sets} {{ {key} {Once} }} goto {strike}{sender.Name}");
        }
        Chain(text, name, [.. rules]);
    }

    // Who has met a closed port is refused at once; whatever else he asks for within the minute waits.
    private static void Strike(StringBuilder text, string name, Sender sender, string meter, int strikes, bool hesitate)
    {
        var pair = $"{sender.Source} . {sender.Destination}";
        Chain(
            text, name,
            [
                .. hesitate ? (string[])[$"{pair} != @{Struck}{sender.Sets} add @{Waited}{sender.Sets} {{ {sender.Port} {Once} }}", $"update @{Struck}{sender.Sets} {{ {pair} }}"] : [],
                strikes <= 1
                    ? $"goto hold{sender.Name}"
                    : Invariant($"update @{meter} {{ {pair} limit rate over {strikes - 1}/minute burst {strikes - 1} packets }} goto hold{sender.Name}"),
                "goto noted",
            ]);
    }

    private static void Hold(StringBuilder text, Sender sender, TripwireRules rules)
    {
        if (rules.HoldsPerMinute == 0)
        {
            Chain(text, "hold" + sender.Name, "goto noted");
            return;
        }
        // Who is released shall not wait any more.
        var forget = rules.Hesitate != Hesitation.Off ? $"delete @{Struck}{sender.Sets} {{ {sender.Source} . {sender.Destination} }} " : "";
        var hold = Invariant($"{forget}add @{sender.Held} {{ {sender.Source} }} log group {rules.HoldGroup} snaplen 128 queue-threshold 1 drop");
        Chain(text, "hold" + sender.Name, $"limit name \"holds\" goto late{sender.Name}", hold, "goto noted");
        // Many forged senders of a small range have taken up the budget. A second one is for who is faster than they are.
        Chain(
            text, "late" + sender.Name,
            Invariant($"update @pace{sender.Sets} {{ {sender.Source} . {sender.Destination} limit rate over {LatePace}/second burst {LatePace} packets }} limit name \"lateholds\" {hold}"),
            "goto noted");
    }

    private static void Set(StringBuilder text, string name, string type, string more) => text.Append(CultureInfo.InvariantCulture, $"  set {name} {{ type {type}; {more} }}\n");

    private static void Chain(StringBuilder text, string name, params ReadOnlySpan<string> rules)
    {
        text.Append(CultureInfo.InvariantCulture, $"  chain {name} {{\n");
        foreach (var rule in rules) text.Append("    ").Append(rule).Append('\n');
        text.Append("  }\n");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <param name="Name">Of its chains.</param>
    /// <param name="Sets">"4" or "6": which sets count it.</param>
    /// <param name="Guard">Rule text that lets only such senders through.</param>
    /// <param name="Source">What names the sender.</param>
    private readonly record struct Sender(string Name, string Sets, string Guard, string Source, string Destination, string Held)
    {
        /// <summary>A TCP port that the sender asks for.</summary>
        public string Port => $"{Source} . {Destination} . tcp dport";
    }
}
