using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PortSentry.Bench.Live;

internal static class Table
{
    public static void Print(IEnumerable<Outcome> outcomes)
    {
        Console.WriteLine($"{"watcher",-26}{"traffic",-8}{"sent kpps",10}{"sender ns",10}{"slower %",10}{"half within",16}{"arrived",10}{"taken",10}{"lost",9}{"CPU ns",8}");
        foreach (var one in outcomes)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one.Watcher,-26}{one.Traffic,-8}{one.SentPerSecond / 1000,10:F0}{one.SenderNanoseconds,10:F0}{one.SlowDown * 100,10:F1}{$"{one.SlowDownFrom * 100:F1} to {one.SlowDownTo * 100:F1}",16}{one.Arrived,10}{one.Taken,10:F0}{one.Lost,9:F0}{one.CpuNanoseconds,8:F1}"));
    }

    public static void PrintDelays(IEnumerable<Outcome> outcomes)
    {
        Console.WriteLine($"{"watcher",-26}{"packets",9}{"p50 us",9}{"p99 us",9}{"max us",9}");
        foreach (var one in outcomes)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one.Watcher,-26}{one.Taken,9:F0}{one.Delay.Median,9:F1}{one.Delay.P99,9:F1}{one.Delay.Most,9:F1}"));
    }

    public static void Write(string? file, IEnumerable<Outcome> outcomes)
    {
        if (file is not null) File.WriteAllText(file, JsonSerializer.Serialize([.. outcomes], LiveJson.Default.OutcomeArray));
    }

    /// <summary>The median of each figure; losses are the worst of all runs.</summary>
    public static Outcome Median(IReadOnlyCollection<Outcome> runs) => runs.First() with
    {
        SentPerSecond = Middle(runs, static run => run.SentPerSecond),
        SenderNanoseconds = Middle(runs, static run => run.SenderNanoseconds),
        CpuNanoseconds = Middle(runs, static run => run.CpuNanoseconds),
        Lost = runs.Max(static run => run.Lost),
    };

    /// <summary>With how much slower the sender is: a round's run against that round's run without a watcher, so that what comes and goes on the machine meets both.</summary>
    public static Outcome Compare(IReadOnlyList<Outcome> runs, IReadOnlyList<Outcome> without)
    {
        double[] slower = [.. runs.Zip(without, static (run, none) => (run.SenderNanoseconds / none.SenderNanoseconds) - 1).Order()];
        return Median(runs) with { SlowDown = slower[slower.Length / 2], SlowDownFrom = slower[slower.Length / 4], SlowDownTo = slower[slower.Length * 3 / 4] };
    }

    private static double Middle(IReadOnlyCollection<Outcome> runs, Func<Outcome, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Outcome[]))]
internal sealed partial class LiveJson : JsonSerializerContext;
