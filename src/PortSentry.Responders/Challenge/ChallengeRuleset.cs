using System.Globalization;
using PortSentry.Core.Detection;

namespace PortSentry.Responders.Challenge;

/// <summary>
/// The challenge as nft text (nft(8)). A SYN to a trap port without a socket is handed to us and dropped, else the kernel would refuse it. The ACK
/// goes on: the kernel knows no such connection and ends it with the RST that we would have to send.
/// </summary>
public static class ChallengeRuleset
{
    /// <summary>SYNs are taken only while it is told every few seconds that somebody is there to answer.</summary>
    internal const string Awake = "awake";

    /// <summary>Replaces the table as a whole in one transaction. It is inert until it is told that somebody is awake.</summary>
    /// <param name="traps">At least one; disjoint.</param>
    public static string Install(ChallengeRules rules, IEnumerable<PortRange> traps) => Remove(rules) + string.Create(CultureInfo.InvariantCulture, $$"""
        table inet {{rules.Table}} {
          set traps { type inet_service; flags interval; elements = { {{string.Join(", ", traps.Select(TextOf))}} }; }
          set {{Awake}} { type nf_proto; flags timeout; }
          chain early {
            type filter hook prerouting priority {{rules.Early}}; policy accept;
            tcp dport @traps tcp flags & (fin | syn | rst | ack) == ack iifname != "lo" fib daddr type local goto proof
          }
          chain input {
            type filter hook input priority {{rules.Priority}}; policy accept;
            tcp dport @traps tcp flags & (fin | syn | rst | ack) == syn iifname != "lo" meta nfproto @{{Awake}} fib daddr type local goto ask
          }
          chain proof {
            socket transparent 0 accept
            socket transparent 1 accept
            limit rate {{rules.PerSecond}}/second burst {{rules.PerSecond}} packets log group {{rules.ProofGroup}} snaplen 128 queue-threshold 1
          }
          chain ask {
            socket transparent 0 accept
            socket transparent 1 accept
            limit rate {{rules.PerSecond}}/second burst {{rules.PerSecond}} packets log group {{rules.LogGroup}} snaplen 128 queue-threshold 1 drop
          }
        }

        """);

    /// <summary>Succeeds whether the table is there or not.</summary>
    public static string Remove(ChallengeRules rules) => $"add table inet {rules.Table}\ndelete table inet {rules.Table}\n";

    private static string TextOf(PortRange range) => range.First == range.Last
        ? range.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}");
}
