using System.Globalization;
using System.Text;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Replay;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>Every folder of tests/Scenarios is a test. SCENARIOS=FOLDER runs another folder of them.</summary>
public sealed class ScenarioTests
{
    private const long Start = 1_700_000_000_000_000_000;

    private static string Folder => Environment.GetEnvironmentVariable("SCENARIOS") ?? Path.Combine(AppContext.BaseDirectory, "Scenarios");

    public static TheoryData<string> Cases =>
        [.. Directory.EnumerateFiles(Folder, "scenario.txt", SearchOption.AllDirectories).Select(static file => Path.GetRelativePath(Folder, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Names_those_it_must_and_nobody_else(string name)
    {
        var scenario = ScenarioReader.Read(File.ReadLines(Path.Combine(Folder, name, "scenario.txt")));
        var (named, story) = scenario.IsLive ? RunLive(scenario) : RunFile(scenario);
        var expected = string.Join('\n', scenario.Expected.OrderBy(static one => one.Source.Network).Select(static one => (one with { By = null }).ToString()));
        var found = string.Join('\n', named.OrderBy(static one => one.Source.Network).Select(static one => (one with { By = null }).ToString()));
        if (expected != found) Assert.Fail($"{scenario.Reason}\nexpected: {expected}\nfound:    {found}\n{story}");
        foreach (var one in scenario.Expected)
        {
            var by = named.Single(other => other.Source == one.Source).By;
            if (one.By < by) Assert.Fail($"{scenario.Reason}\n{one}: the verdict came with failure {by}\n{story}");
        }
    }

    private static (List<Expectation> Named, string Story) RunLive(Scenario scenario)
    {
        using var run = new LiveRun(scenario);
        run.Run(Start);
        var named = run.Scanners
            .Select(static scanner => new Expectation(scanner.Source, Kinds(scanner.State), scanner.State.Verdict!.Shape, (int)scanner.State.Verdict.Facts))
            .ToList();
        return (named, Story(run.Journal.SelectMany(static source => source.Value)));
    }

    private static (List<Expectation> Named, string Story) RunFile(Scenario scenario)
    {
        var options = new GateOptions { MaxContacts = 1 << 14, MaxSources = 1 << 12 };
        using var engine = new ReplayEngine(DetectionPolicy.Default, options, new ScenarioVantage(scenario));
        foreach (var moment in scenario.Moments)
            engine.Handle(LinkType.Ethernet, Start + moment.Time, moment.Frame, moment.Frame!.Length);
        var named = engine.Finish().Select(static report => new Expectation(report.Source, [.. report.Kinds.Order()], report.Shape, null)).ToList();
        return (named, engine.Counters.ToString());
    }

    private static List<ProbeKind> Kinds(SourceState state) =>
        [.. state.Contacts.Where(static contact => contact.Weight > 0).Select(static contact => contact.Kind).Distinct().Order()];

    // What `portsentry why` would show.
    private static string Story(IEnumerable<ISourceEvent> events)
    {
        var story = new StringBuilder();
        foreach (var happened in events.Take(40))
        {
            if (happened is PortTouched { Fact: var fact } touched)
                story.AppendLine(CultureInfo.InvariantCulture, $"{fact.At} {fact.Source} > {fact.Destination}:{fact.Port} {fact.Kind.Name()} {fact.Outcome} {fact.Traits} credit {fact.Credit} weight {touched.Weight:0.##} ratio {Math.Exp(touched.LogRatio):0.##}");
            else story.AppendLine(CultureInfo.InvariantCulture, $"{happened.At} {happened.GetType().Name}");
        }
        return story.ToString();
    }
}
