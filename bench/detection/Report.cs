using System.Globalization;
using System.Text.Json;

namespace PortSentry.Bench.Detection;

/// <summary>The judgements, as a table for people and as JSON for comparison over time.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Print(TextWriter output, string home, IReadOnlyList<Judgement> all)
    {
        var scans = all.Where(static one => one.IsScan).ToList();
        var benign = all.Where(static one => one.File.Label == "benign").ToList();
        output.WriteLine($"--home {home}");
        output.WriteLine($"{"kind",-24} {"files",5} {"named",5} {"kind",5} {"recall",6}  {"failed",7} {"probes",7} {"packets",7}  to the verdict, medians");
        foreach (var group in ByKind(scans))
        {
            var named = group.Files.Count(static one => one.Missed.Count == 0);
            var right = group.Files.Count(one => one.Missed.Count == 0 && !one.KindsMissed.Any(missed => Label(missed) == group.Kind));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{group.Kind,-24} {group.Files.Count,5} {named,5} {right,5} {(double)named / group.Files.Count,6:0.00}  {Median(group.Files.Select(static one => one.Failures)),7} {Median(group.Files.Select(static one => one.Probes)),7} {Median(group.Files.Select(static one => one.Packets)),7}"));
        }
        foreach (var one in scans.Where(static one => one.Missed.Count > 0)) output.WriteLine($"missed       {one.File.Name}: {string.Join(' ', one.Missed)}");
        foreach (var one in scans.Where(static one => one.KindsMissed.Count > 0))
            output.WriteLine($"kind         {one.File.Name}: {string.Join(' ', one.KindsMissed.Select(Label))}, said {string.Join(' ', one.Result.Scans.SelectMany(static scan => scan.Kinds).Distinct())}");
        foreach (var one in scans.Where(ShapeDiffers)) output.WriteLine($"shape        {one.File.Name}: {one.File.Shape}, said {one.Result.Scans[0].Shape}");
        foreach (var one in all.Where(static one => one.False.Count > 0))
            output.WriteLine($"false alarm  {one.File.Name}: {string.Join("; ", one.False.Take(4).Select(static scan => $"{scan.Source} {scan.Shape} {string.Join(',', scan.Kinds)}"))}{(one.False.Count > 4 ? $" and {one.False.Count - 4} more" : "")}");
        foreach (var one in all.Where(static one => one.Result.Fault is not null)) output.WriteLine($"fault        {one.File.Name}: {one.Result.Fault}");
        foreach (var one in all.Where(static one => one.Result.ExitCode == 1 && one.File.Label is "scan" or "benign")) output.WriteLine($"not read     {one.File.Name}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{scans.Count} scans, {scans.Count(static one => one.Missed.Count > 0)} missed; {benign.Count} benign, {benign.Count(static one => one.False.Count > 0)} with false alarms; {scans.Count(static one => one.False.Count > 0)} scans name somebody else; {all.Count(static one => one.Result.Fault is not null)} faults in {all.Count} files"));
        output.WriteLine();
    }

    public static object Json(string home, IReadOnlyList<Judgement> all) => new
    {
        home,
        files = all.Select(static one => new
        {
            file = one.File.Name,
            label = one.File.Label,
            named = one.Result.Scans.Select(static scan => new { source = scan.Source.ToString(), kinds = scan.Kinds, shape = scan.Shape, detected = scan.Detected }),
            missed = one.Missed,
            falseAlarms = one.False.Select(static scan => scan.Source.ToString()),
            kindsMissed = one.KindsMissed.Select(Label),
            failures = one.Failures,
            probes = one.Probes,
            packets = one.Packets,
            exit = one.Result.ExitCode,
            fault = one.Result.Fault,
            seconds = Math.Round(one.Result.Seconds, 3),
        }),
    };

    public static void Save(string path, IEnumerable<object> runs) => File.WriteAllText(path, JsonSerializer.Serialize(runs, Indented));

    private static IEnumerable<(string Kind, List<Judgement> Files)> ByKind(List<Judgement> scans) => scans
        .SelectMany(static one => one.File.Kinds.Count == 0 ? [(Kind: "-", File: one)] : one.File.Kinds.Select(any => (Kind: Label(any), File: one)))
        .GroupBy(static pair => pair.Kind, static pair => pair.File)
        .OrderBy(static group => group.Key, StringComparer.Ordinal)
        .Select(static group => (group.Key, group.ToList()));

    private static bool ShapeDiffers(Judgement one) =>
        one.File.Shape is "vertical" or "sweep" or "block-scan" or "distributed" or "slow" && one.Result.Scans.Count > 0 && one.Result.Scans.All(scan => scan.Shape != one.File.Shape);

    private static string Label(string[] any) => string.Join('|', any);

    private static string Median(IEnumerable<int?> values)
    {
        var sorted = values.OfType<int>().Order().ToList();
        return sorted.Count == 0 ? "" : sorted[sorted.Count / 2].ToString(CultureInfo.InvariantCulture);
    }
}
