using static PortSentry.Responders.Tripwire.RulesetText;

namespace PortSentry.Responders.Tripwire;

/// <summary>
/// Half-open ports. A bare RST that has a socket, but no full one, answers a SYN-ACK of ours (or comes late to a connection in time-wait). It
/// counts from a sender whose SYN was a tool's: a stack whose program gave its connect up sends the same RST, but its SYN had options. Health checks
/// that reset with an ACK pass. In a flood of SYNs to services there are SYN cookies instead of half-open sockets, and tools are not remembered either:
/// then the daemon alone sees half-open ports.
/// </summary>
internal static class HalfOpenRules
{
    /// <summary>What becomes of a packet that has a socket.</summary>
    public const string Verdict = "goto known";

    /// <summary>Who asked a service with a SYN that no stack sends, in the last <see cref="ToolSeconds"/>.</summary>
    private const string Tools = "tools";

    // As long as the detection takes a RST for an answer to our SYN-ACK. Shorter: half-open scans over very slow paths are seen by the daemon alone.
    private const int ToolSeconds = 10;

    public static void Sets(RulesetText text, string family, string address, TripwireRules rules) =>
        text.Set(Tools + family, $"{address} . {address}", Of($"flags dynamic,timeout; timeout {ToolSeconds}s; size {rules.MaxContacts};"));

    public static void Chains(RulesetText text, TripwireRules rules)
    {
        text.Chain("known", "tcp flags & (syn | rst) == 0x0 accept", $"{Match.Syn} goto service", $"{Match.BareRst} goto givenup");
        text.Chain(
            "service",
            Of($"tcp option timestamp missing tcp option sack-perm missing tcp option window missing limit rate {rules.ContactsPerSecond}/second burst {rules.ContactsPerSecond} packets {Match.FullSocket} goto tool"));
        text.Chain("tool", [.. Sender.All.Select(static sender => $"{sender.Guard}update @{Tools}{sender.Sets} {{ {sender.Pair} }}")]);
        text.Chain("givenup", $"{Match.FullSocket} accept", "jump countable", "goto halfopen");
        text.Chain("halfopen", [.. Sender.All.Select(static sender => $"{sender.Guard}{sender.Pair} @{Tools}{sender.Sets} goto contact")]);
    }
}
