using static PortSentry.Responders.Tripwire.RulesetText;

namespace PortSentry.Responders.Tripwire;

/// <summary>
/// Who has met a closed port is refused at once; what else he asks for within the minute waits, as <see cref="Hesitation"/> says: the first SYN to
/// a port is dropped after it was counted, and passes when it comes again as a stack sends it.
/// </summary>
internal static class HesitationRules
{
    /// <summary>Who has a strike, and waits. (A look-up in the meters would count as a strike.)</summary>
    private const string Struck = "struck";

    /// <summary>Whose SYN to a port was dropped once, and who comes again before a stack would (1 s, RFC 6298).</summary>
    private const string Waited = "waited", Early = "early";

    private const int EarlyMilliseconds = 800;

    public static void Sets(RulesetText text, string family, string address, TripwireRules rules)
    {
        text.Set(Struck + family, $"{address} . {address}", Of($"flags dynamic,timeout; timeout 1m; size {rules.MaxContacts};"));
        text.Set(Waited + family, $"{address} . {address} . inet_service", Of($"flags dynamic,timeout; timeout 1m; size {rules.MaxContacts};"));
        text.Set(Early + family, $"{address} . {address} . inet_service", Of($"flags dynamic,timeout; timeout {EarlyMilliseconds}ms; size {rules.MaxContacts};"));
    }

    /// <summary>The first strike's own port is answered; from then on the sender waits.</summary>
    public static string[] AtStrike(Sender sender) =>
    [
        $"{sender.Pair} != @{Struck}{sender.Sets} add @{Waited}{sender.Sets} {{ {sender.Port} {Match.Once} }}",
        $"update @{Struck}{sender.Sets} {{ {sender.Pair} }}",
    ];

    /// <summary>At a hold: who is released shall not wait any more.</summary>
    public static string Forget(Sender sender) => $"delete @{Struck}{sender.Sets} {{ {sender.Pair} }} ";

    public static void Chains(RulesetText text, TripwireRules rules)
    {
        // Behind the chain that counts, and the challenge: what they let through waits here.
        text.Chain("hesitation", Of($"type filter hook input priority {rules.Priority + 2}; policy accept;"), $"{Match.Syn} goto asking");
        text.Chain("asking", [.. Sender.All.Select(static sender => $"{sender.Guard}{sender.Pair} @{Struck}{sender.Sets} goto hesitate{sender.Name}")]);
        foreach (var sender in Sender.All)
        {
            text.Chain(
                "hesitate" + sender.Name,
                [
                    .. rules.Hesitate == Hesitation.Refusals ? (string[])[$"{Match.Socket} accept", $"meta l4proto . th dport @{TripwireRuleset.Exempt} accept"] : [],
                    $"{sender.Port} @{Early}{sender.Sets} drop",
                    $"add @{Waited}{sender.Sets} {{ {sender.Port} {Match.Once} }} add @{Early}{sender.Sets} {{ {sender.Port} }} drop",
                ]);
        }
    }
}
