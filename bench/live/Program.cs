using System.Globalization;
using PortSentry.Bench.Live;

// bench-live [--seconds N] [--rounds N] [--filter only] [--json FILE]
//   A sender at its maximum over a veth between two namespaces (root needed), and at the other end nothing, tcpdump, libpcap or our
//   ring, with and without the kernel filter: what the watcher lost, its processor time a packet, how much slower the sender got.
//   Watchers take turns within a round; each line is the median of the rounds (default 3), a run lasts N seconds (default 1.5).
//   "--filter only" is the slow-down by the kernel filter alone: 0.3 s a run, 15 rounds, beside an empty packet socket and tcpdump's.
//   Then the delay from kernel timestamp to handler at 500 packets/s.
if (Child.Run(args) is { } code) return code;

var options = new Dictionary<string, string>();
for (var i = 0; i + 1 < args.Length; i += 2) options[args[i]] = args[i + 1];
if (args.Length % 2 != 0 || options.Keys.Except(["--seconds", "--rounds", "--filter", "--json"]).Any())
{
    Console.Error.WriteLine("usage: bench-live [--seconds N] [--rounds N] [--filter only] [--json FILE]");
    return 2;
}

var isFilterOnly = options.GetValueOrDefault("--filter") == "only";
var seconds = Math.Min(5, double.Parse(options.GetValueOrDefault("--seconds") ?? (isFilterOnly ? "0.3" : "1.5"), CultureInfo.InvariantCulture));
var rounds = int.Parse(options.GetValueOrDefault("--rounds") ?? (isFilterOnly ? "15" : "3"), CultureInfo.InvariantCulture);
(string Watcher, string Kind)[] cases = isFilterOnly
    ? [("none", "data"), ("socket", "data"), ("ring filtered", "data"), ("tcpdump filtered", "data")]
    :
[
    ("none", "data"), ("tcpdump", "data"), ("tcpdump filtered", "data"), ("libpcap unfiltered", "data"),
    ("ring filtered", "data"), ("ring unfiltered", "data"), ("none", "syn"), ("ring filtered", "syn"),
];
using var lab = new Lab();
var runs = cases.ToDictionary(static one => one, static _ => new List<Outcome>());
for (var round = 0; round < rounds; round++)
    foreach (var one in cases) runs[one].Add(Trial.Run(lab, one.Watcher, one.Kind, seconds, TimeSpan.Zero));

var outcomes = cases.Select(one => Table.Compare(runs[one], runs[("none", one.Kind)])).ToList();
Table.Print(outcomes);
if (isFilterOnly)
{
    Table.Write(options.GetValueOrDefault("--json"), outcomes);
    return 0;
}

Console.WriteLine();
string[] quiet = ["ring filtered", "libpcap filtered", "libpcap-blocks filtered"];
var delays = quiet.Select(watcher => Trial.Run(lab, watcher, "syn", 3, TimeSpan.Zero, rate: 500)).ToList();
Table.PrintDelays(delays);
Table.Write(options.GetValueOrDefault("--json"), outcomes.Concat(delays));
return 0;
