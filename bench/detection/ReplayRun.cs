using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PortSentry.Core.Addresses;

namespace PortSentry.Bench.Detection;

/// <param name="Detected">The verdict's moment, as text: its digits say how exact it is.</param>
/// <param name="Failures">Failed first contacts up to and with the verdict; null where the program does not say.</param>
internal sealed record NamedScan(Prefix Source, string[] Kinds, string Shape, string Detected, int? Failures);

/// <param name="Fault">Null, or how the program broke its contract: a crash, a hang, a line that is no JSON.</param>
internal sealed record ReplayResult(IReadOnlyList<NamedScan> Scans, int ExitCode, string? Fault, double Seconds);

/// <summary><c>portsentry replay --format json</c> on one file.</summary>
internal sealed class ReplayRun(string launcher, string home)
{
    // A file of the set takes a fraction of a second; a minute is a hang.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public async Task<ReplayResult> Run(LabelledFile file)
    {
        var start = new ProcessStartInfo(launcher, ["replay", "--format", "json", "--home", file.Home ?? home, file.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            return new ReplayResult([], -1, "hang", Longest.TotalSeconds);
        }
        var fault = process.ExitCode is 0 or 1 ? null : $"exit {process.ExitCode.ToString(CultureInfo.InvariantCulture)}: {(await errors).Split('\n')[0]}";
        var scans = new List<NamedScan>();
        var summaries = 0;
        foreach (var line in (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                if (root.GetProperty("type").GetString() == "scan") scans.Add(Scan(root));
                else summaries++;
            }
            catch (Exception failure) when (failure is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
            {
                fault ??= $"not a line of the contract: {line}";
            }
        }
        if (summaries != 1) fault ??= "no summary line";
        return new ReplayResult(scans, process.ExitCode, fault, Stopwatch.GetElapsedTime(clock).TotalSeconds);
    }

    private static NamedScan Scan(JsonElement scan) => new(
        Prefix.Parse(scan.GetProperty("source").GetString()!),
        [.. scan.GetProperty("kinds").EnumerateArray().Select(static kind => kind.GetString()!)],
        scan.GetProperty("shape").GetString()!,
        scan.GetProperty("detected").GetString()!,
        scan.TryGetProperty("factsAtVerdict", out var failures) ? failures.GetInt32() : null);
}
