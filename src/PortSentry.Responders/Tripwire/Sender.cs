namespace PortSentry.Responders.Tripwire;

/// <summary>Who is counted: an IPv4 address, an IPv6 address near us, the /64 of one far away.</summary>
/// <param name="Name">Of its chains.</param>
/// <param name="Sets">"4" or "6": which sets count it.</param>
/// <param name="Guard">Rule text that lets only such senders through.</param>
/// <param name="Source">What names the sender.</param>
internal readonly record struct Sender(string Name, string Sets, string Guard, string Source, string Destination, string Held)
{
    public const string Upper64 = "ip6 saddr & ffff:ffff:ffff:ffff::";

    public static readonly Sender[] All =
    [
        new("4", "4", "", "ip saddr", "ip daddr", TripwireRuleset.Held4),
        new("6near", "6", $"{Upper64} @{TripwireRuleset.Near64} ", "ip6 saddr", "ip6 daddr", TripwireRuleset.Held6),
        new("6far", "6", $"{Upper64} != @{TripwireRuleset.Near64} ", Upper64, "ip6 daddr", TripwireRuleset.Held64),
    ];

    /// <summary>The sender and one of our addresses.</summary>
    public string Pair => $"{Source} . {Destination}";

    /// <summary>A TCP port that the sender asks for.</summary>
    public string Port => $"{Pair} . tcp dport";
}
