namespace PortSentry.Bench.Detection;

/// <summary>One file's outcome against its label.</summary>
/// <param name="Missed">Required scanners that were not named.</param>
/// <param name="False">Named sources that are no scanner of this file. Not judged where the label is malformed or unknown.</param>
/// <param name="KindsMissed">Expected kinds that no named scanner of the file bears.</param>
/// <param name="Packets">Of the first scanner, up to its verdict; null where none was named or the file says nothing of it.</param>
/// <param name="Probes">Likewise: its distinct contacts.</param>
internal sealed record Judgement(
    LabelledFile File, ReplayResult Result, IReadOnlyList<string> Missed, IReadOnlyList<NamedScan> False, IReadOnlyList<string[]> KindsMissed, int? Packets, int? Probes)
{
    public bool IsScan => File.Label == "scan";

    /// <summary>Failed first contacts of the first scanner, up to and with its verdict.</summary>
    public int? Failures { get; private init; }

    public static Judgement Of(LabelledFile file, ReplayResult result)
    {
        var ours = result.Scans.Where(scan => file.Scanners.Any(expected => Names(scan, expected) || expected.Source.Contains(scan.Source.Network))).ToList();
        var missed = file.Label == "scan"
            ? file.Scanners.Where(expected => expected.Required && !result.Scans.Any(scan => Names(scan, expected))).Select(static expected => expected.Source.ToString()).ToList()
            : [];
        var strangers = file.Label is "scan" or "benign" ? result.Scans.Except(ours).ToList() : [];
        var kinds = ours.SelectMany(static scan => scan.Kinds).ToHashSet();
        var kindsMissed = ours.Count == 0 ? [] : file.Kinds.Where(any => !any.Any(kinds.Contains)).ToList();
        if (file.Label != "scan" || ours.Count == 0) return new Judgement(file, result, missed, strangers, kindsMissed, null, null);
        var delay = Delay.Measure(file.Path, ours[0].Source, ours[0].Detected);
        return new Judgement(file, result, missed, strangers, kindsMissed, delay.Packets, delay.Probes) { Failures = ours[0].Failures };
    }

    // An IPv6 source is its /64, and an expected network must be named as a whole: covering is naming.
    private static bool Names(NamedScan scan, ExpectedScanner expected) =>
        scan.Source.Contains(expected.Source.Network) && scan.Source.Length <= expected.Source.Length;
}
