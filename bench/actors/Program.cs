using System.Globalization;
using System.Text.Json;
using PortSentry.Bench.Actors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Figure[] figures =
[
    new("Tell to one actor", "messages/s", 15e6, true, TellRates.OneActor),
    new("Tell over 10,000 actors", "messages/s", 5e6, true, TellRates.ManyActors),
    new("idle actor", "bytes", 600, false, Footprints.Plain),
    new("idle persistent actor", "bytes", 1000, false, Footprints.Persistent),
    new("persisted events, 1,000 actors, in memory", "events/s", 300e3, true, PersistRates.InMemory),
];

var json = args.Contains("--json");
var results = new List<object>();
if (!json) Console.WriteLine($"{"",-42} {"median of 3",15} {"target",12}   {"rounds"}");
foreach (var figure in figures)
{
    var (median, all) = figure.Measure();
    results.Add(new { name = figure.Name, unit = figure.Unit, median, rounds = all, target = figure.Target, met = figure.Meets(median) });
    if (!json)
        Console.WriteLine($"{figure.Name,-42} {median,15:N0} {figure.Target,12:N0} {(figure.Meets(median) ? "ok" : "--")} {string.Join(" ", all.Select(v => v.ToString("N0")))} {figure.Unit}");
}

if (json) Console.WriteLine(JsonSerializer.Serialize(results));
