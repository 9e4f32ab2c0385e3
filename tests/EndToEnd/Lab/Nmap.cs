using System.Globalization;
using System.Text.RegularExpressions;

namespace PortSentry.EndToEnd.Lab;

/// <summary>One run of the real nmap from the attacker.</summary>
/// <param name="OpenPorts">What it learnt: ports in the state "open", sorted.</param>
internal sealed partial record Nmap(IReadOnlyList<int> OpenPorts, string Output, TimeSpan Took)
{
    /// <summary>Neighbours are known already. --min-rate bounds the tail against a host that no longer answers; it is faster than that before.</summary>
    private static readonly string[] Always = ["-n", "-Pn", "--disable-arp-ping", "--min-rate", "500", "--max-retries", "1", "-oG", "-"];

    public static async Task<Nmap> ScanAsync(TwoHosts hosts, params string[] arguments)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var output = (await hosts.Attacker.RunAsync(["nmap", .. Always, .. arguments])).Must();
        if (!output.Contains("(1 host up)", StringComparison.Ordinal)) throw new InvalidOperationException($"nmap did not scan:\n{output}");
        int[] open = [.. OpenPort().Matches(output).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Distinct().Order()];
        return new Nmap(open, output, clock.Elapsed);
    }

    [GeneratedRegex(@"(\d+)/open/")]
    private static partial Regex OpenPort();
}
