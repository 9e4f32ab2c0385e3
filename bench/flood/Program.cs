using System.Text.Json;
using System.Text.Json.Serialization;
using PortSentry.Bench.Flood;
using PortSentry.Bench.Live;

// bench-flood [--live on|off|only] [--json FILE]
//   SYNs of 1 and of 10 million forged sources through classifiers and gate, and a scanner in the midst; then the published daemon
//   ($PORTSENTRY, or artifacts/portsentry) between two namespaces in a flood at the sender's maximum (root needed).
if (Child.Run(args) is { } code) return code;

var options = new Dictionary<string, string>();
for (var i = 0; i + 1 < args.Length; i += 2) options[args[i]] = args[i + 1];
if (args.Length % 2 != 0 || options.Keys.Except(["--live", "--json"]).Any())
{
    Console.Error.WriteLine("usage: bench-flood [--live on|off|only] [--json FILE]");
    return 2;
}

var figures = new List<GateFigures>();
var which = options.GetValueOrDefault("--live");
if (which != "only")
{
    GateFigures.PrintHead();
    foreach (var sources in (long[])[1_000_000, 10_000_000])
    {
        foreach (var wave in Wave.All)
        {
            figures.Add(GateTrial.Run(wave, sources));
            figures[^1].Print();
        }
    }
}

var live = new List<LiveFigures>();
if (which != "off")
{
    var portsentry = Environment.GetEnvironmentVariable("PORTSENTRY") is { Length: > 0 } given ? given : Path.GetFullPath("artifacts/portsentry/portsentry");
    foreach (var flood in LiveTrial.Floods)
    {
        live.Add(LiveTrial.Run(portsentry, flood));
        Console.WriteLine();
        live[^1].Print();
    }
}

if (options.GetValueOrDefault("--json") is { } file) File.WriteAllText(file, JsonSerializer.Serialize(new Figures(figures, live), FloodJson.Default.Figures));
return 0;

internal sealed record Figures(IReadOnlyList<GateFigures> Gate, IReadOnlyList<LiveFigures> Live);

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Figures))]
internal sealed partial class FloodJson : JsonSerializerContext;
