using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Live;
using PortSentry.Daemon.Reports;

namespace PortSentry.Daemon.Control;

/// <summary>Carries requests out by asking the actors.</summary>
/// <param name="reload">Reads the configuration again; null when it is in force, else what is wrong with it.</param>
internal sealed class ControlHandler(Sentry sentry, Func<string?> reload)
{
    public const int MostHistoryLines = 100_000;

    private const int HistoryLines = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<ControlAnswer> HandleAsync(ControlRequest request, CancellationToken stop)
    {
        switch (request.Command)
        {
            case "status":
                return Data(await sentry.StatusAsync(), ReportJson.Default.StatusReport);
            case "blocked":
                return Data([.. (await BlocksAsync(stop)).Select(ReportMaker.Of)], ReportJson.Default.BlockReportArray);
            case "flush":
                return Answered(await sentry.FlushAsync(Patience, stop));
            case "reconcile":
                return Answered(await sentry.Response.Ask<Answer>(ReconcileNow.Instance, Patience, stop));
            case "reload":
                return reload() is { } problem ? new(false, $"the configuration was not reloaded, the old one stays in force: {problem}") : new(true, "the configuration was read again");
            case "ignore-list":
                return Data([.. sentry.Ignored.All.Select(static prefix => prefix.ToString())], ReportJson.Default.StringArray);
            case "history" when request.Target is null:
                return Data(HistoryReader.Read(sentry.Journal, null, Count(request)), ReportJson.Default.HistoryReportArray);
        }
        if (!Prefix.TryParse(request.Target, out var target))
            return new ControlAnswer(false, request.Target is null ? $"unknown command '{request.Command}', or its address is missing" : $"'{request.Target}' is no address");
        return request.Command switch
        {
            "history" => Data(HistoryReader.Read(sentry.Journal, target, Count(request)), ReportJson.Default.HistoryReportArray),
            "why" => await WhyAsync(target, stop),
            "block" => await BlockAsync(target, request, stop),
            "unblock" => Answered(await sentry.Response.Ask<Answer>(new Unblock(target, "operator"), Patience, stop)),
            "ignore-add" => await IgnoreAsync(target, stop),
            "ignore-remove" => sentry.Ignored.Remove(target) ? new(true, $"{target} is no longer ignored") : new(false, $"{target} was not added by 'ignore add'"),
            _ => new ControlAnswer(false, $"unknown command '{request.Command}'"),
        };
    }

    private async Task<ControlAnswer> BlockAsync(Prefix target, ControlRequest request, CancellationToken stop)
    {
        TimeSpan? lasts = request.Seconds is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, TimeSpan.FromDays(36500).TotalSeconds)) : null;
        var reason = string.Concat((request.Reason ?? "by hand").Where(static letter => !char.IsControl(letter)).Take(200));
        return Answered(await sentry.Response.Ask<Answer>(new BlockByHand(target, lasts, reason), Patience, stop));
    }

    // A friend is not left blocked until its time is over.
    private async Task<ControlAnswer> IgnoreAsync(Prefix target, CancellationToken stop)
    {
        if (!sentry.Ignored.Add(target)) return new(false, $"{target} is ignored already");
        var lifted = await sentry.Response.Ask<Answer>(new Unblock(target, "the ignore list"), Patience, stop);
        return new(true, $"{target} is ignored from now on{(lifted.Ok ? $"; {lifted.Text}" : "")}");
    }

    private async Task<ControlAnswer> WhyAsync(Prefix target, CancellationToken stop)
    {
        var source = target.IsHost ? SourceKey.Of(target.Network) : target;
        var explained = await sentry.Region.Ask<SourceExplained>(new ExplainSource(source), Patience, stop);
        var block = (await BlocksAsync(stop)).FirstOrDefault(block => block.Target == target || block.Target == source || block.Target.Contains(target.Network));
        var report = ReportMaker.Of(source, explained.State, block, sentry.Policy.Detection, Instant.From(sentry.Time.GetUtcNow()));
        return Data(report, ReportJson.Default.WhyReport);
    }

    private async Task<IEnumerable<Core.Response.Block>> BlocksAsync(CancellationToken stop) =>
        (await sentry.Response.Ask<ActiveBlocks>(GetActiveBlocks.Instance, Patience, stop)).Blocks;

    private static int Count(ControlRequest request) => Math.Clamp(request.Count ?? HistoryLines, 1, MostHistoryLines);

    // What is done is done, but who asked should know that a restart would not remember it.
    private ControlAnswer Answered(Answer answer) =>
        new(answer.Ok, answer.Ok && sentry.JournalFault is { } fault ? $"{answer.Text} (not recorded yet: {fault})" : answer.Text);

    private static ControlAnswer Data<T>(T report, JsonTypeInfo<T> info) => new(true, null, JsonSerializer.SerializeToNode(report, info));
}
