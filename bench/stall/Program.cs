using System.Globalization;
using PortSentry.Bench.Live;

// bench-stall [--stall SECONDS] [--rounds N] [--json FILE]
//   The laboratory of bench-live; the watcher is stopped (SIGSTOP) for 0.3 s in the middle of a run at the sender's maximum. Nothing is
//   filtered, so every packet must find room meanwhile. Lost: the worst of the rounds (default 3).
if (Child.Run(args) is { } code) return code;

var options = new Dictionary<string, string>();
for (var i = 0; i + 1 < args.Length; i += 2) options[args[i]] = args[i + 1];
if (args.Length % 2 != 0 || options.Keys.Except(["--stall", "--rounds", "--json"]).Any())
{
    Console.Error.WriteLine("usage: bench-stall [--stall SECONDS] [--rounds N] [--json FILE]");
    return 2;
}

var stall = TimeSpan.FromSeconds(Math.Min(2, double.Parse(options.GetValueOrDefault("--stall") ?? "0.3", CultureInfo.InvariantCulture)));
var rounds = int.Parse(options.GetValueOrDefault("--rounds") ?? "3", CultureInfo.InvariantCulture);
string[] watchers = ["tcpdump", "libpcap-blocks unfiltered", "ring unfiltered"];
using var lab = new Lab();
var runs = watchers.ToDictionary(static watcher => watcher, static _ => new List<Outcome>());
for (var round = 0; round < rounds; round++)
    foreach (var watcher in watchers) runs[watcher].Add(Trial.Run(lab, watcher, "data", 1.5, stall));

var outcomes = watchers.Select(watcher => Table.Median(runs[watcher])).ToList();
Table.Print(outcomes);
Table.Write(options.GetValueOrDefault("--json"), outcomes);
return 0;
