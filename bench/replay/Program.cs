using System.Globalization;
using System.Text.Json;
using PortSentry.Bench.Replay;

// bench-replay [RUNS [MILLIONS OF PACKETS]...]: who reads a capture how fast, in turns, since whoever else works on the machine slows all.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
int[] millions = args.Length > 1 ? [.. args.Skip(1).Select(static word => int.Parse(word, CultureInfo.InvariantCulture))] : [1, 10, 50];
var portsentry = Environment.GetEnvironmentVariable("PORTSENTRY") is { Length: > 0 } given
    ? given
    : Path.GetFullPath("artifacts/portsentry/portsentry");
if (!File.Exists(portsentry))
{
    Console.Error.WriteLine($"There is no {portsentry}: run ./build.sh publish, or set PORTSENTRY to the launcher.");
    return 1;
}

var folder = Directory.CreateTempSubdirectory("portsentry-replay-");
try
{
    List<Contestant> contestants = [Contestant.Ours(portsentry), Contestant.Tcpdump];
    if (Contestant.PlainLoop(folder.FullName) is { } loop) contestants.Add(loop);
    else Console.Error.WriteLine("No C compiler or no libpcap: without the plain loop.");
    var results = new List<object>();
    Console.WriteLine($"Medians of {runs}; M packets/s by the clock, start included; processor seconds over all threads.");
    Console.WriteLine($"{"traffic",-12} {"packets",9} {"sources",9}  {"program",-22} {"seconds",8} {"M/s",7} {"processor",10} {"times tcpdump",14}");
    foreach (var traffic in Enum.GetValues<Traffic>())
        foreach (var size in millions)
            foreach (var sources in (int[])[1000, 1_000_000])
                Measure(traffic, size, sources);
    var json = Path.GetFullPath("bench-replay.json");
    File.WriteAllText(json, JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
    Console.WriteLine(json);
    return 0;

    void Measure(Traffic traffic, int size, int sources)
    {
        var packets = size * 1_000_000L;
        var file = Path.Combine(folder.FullName, "bench.pcap");
        CaptureFile.Write(file, traffic, packets, sources);
        var times = contestants.ConvertAll(static _ => new List<(double Wall, double Processor)>());
        for (var run = 0; run < runs; run++)
            for (var i = 0; i < contestants.Count; i++) times[i].Add(contestants[i].Run(file));
        var tcpdump = Median(times[1].Select(static time => time.Wall));
        for (var i = 0; i < contestants.Count; i++)
        {
            var (wall, processor) = (Median(times[i].Select(static time => time.Wall)), Median(times[i].Select(static time => time.Processor)));
            Console.WriteLine($"{traffic,-12} {size + " M",9} {sources,9:N0}  {contestants[i].Name,-22} {wall,8:0.000} {packets / wall / 1e6,7:0.0} {processor,10:0.000} {tcpdump / wall,14:0.00}");
            results.Add(new { traffic = traffic.ToString(), packets, sources, program = contestants[i].Name, seconds = wall, processor, timesTcpdump = tcpdump / wall, runs });
        }
        File.Delete(file);
    }
}
finally
{
    folder.Delete(recursive: true);
}

static double Median(IEnumerable<double> values)
{
    List<double> sorted = [.. values.Order()];
    return sorted[sorted.Count / 2];
}
