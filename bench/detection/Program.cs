using PortSentry.Bench.Detection;

// bench-detection LAUNCHER MANIFEST [--home auto|any|both|CIDR] [--json FILE] [--jobs N] [--label scan|benign|malformed|unknown]
// Exit 0: every required scanner named, nobody else, no fault. 1: not so. 2: wrong usage.
if (args.Length < 2 || args.Length % 2 != 0)
{
    Console.Error.WriteLine("usage: bench-detection LAUNCHER MANIFEST [--home auto|any|both|CIDR] [--json FILE] [--jobs N] [--label LABEL]");
    return 2;
}
var options = new Dictionary<string, string>();
for (var i = 2; i < args.Length; i += 2) options[args[i]] = args[i + 1];
var homes = options.GetValueOrDefault("--home", "both") is var home && home == "both" ? ["auto", "any"] : new[] { home };
var jobs = int.Parse(options.GetValueOrDefault("--jobs", Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture)), System.Globalization.CultureInfo.InvariantCulture);
var files = Labels.Read(args[1]).Where(file => !options.TryGetValue("--label", out var label) || file.Label == label).ToList();

var clean = true;
var saved = new List<object>();
foreach (var each in homes)
{
    var run = new ReplayRun(args[0], each);
    var judged = new Judgement[files.Count];
    await Parallel.ForAsync(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = jobs }, async (i, _) => judged[i] = Judgement.Of(files[i], await run.Run(files[i])));
    Report.Print(Console.Out, each, judged);
    saved.Add(Report.Json(each, judged));
    clean &= judged.All(static one => one.Missed.Count == 0 && one.False.Count == 0 && one.Result.Fault is null);
}
if (options.TryGetValue("--json", out var path)) Report.Save(path, saved);
return clean ? 0 : 1;
