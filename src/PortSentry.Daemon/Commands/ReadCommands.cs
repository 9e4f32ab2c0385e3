using System.CommandLine;
using System.Globalization;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Control;
using PortSentry.Daemon.Reports;

namespace PortSentry.Daemon.Commands;

/// <summary><c>status</c>, <c>blocked</c>, <c>history</c>, <c>why</c>.</summary>
internal static class ReadCommands
{
    private static Instant Now => Instant.From(TimeProvider.System.GetUtcNow());

    public static Command Status()
    {
        var (config, state, format) = (CommonOptions.Config(), CommonOptions.StateDirectory(), FormatOption.Create());
        var command = new Command("status", "How the daemon is: interfaces, losses, responders, faults.") { config, state, format };
        command.SetAction(parsed => AskCommand.Read(
            parsed.GetValue(config), parsed.GetValue(state), new ControlRequest("status"), ReportJson.Default.StatusReport, null,
            report => Print(parsed.GetValue(format), report, ReportJson.Default.StatusReport, ReportPrinter.Table)));
        return command;
    }

    public static Command Blocked()
    {
        var (config, state, format) = (CommonOptions.Config(), CommonOptions.StateDirectory(), FormatOption.Create());
        var command = new Command("blocked", "Who is blocked now.") { config, state, format };
        command.SetAction(parsed => AskCommand.Read(
            parsed.GetValue(config), parsed.GetValue(state), new ControlRequest("blocked"), ReportJson.Default.BlockReportArray,
            static (offline, _, _) => [.. offline.Blocks(Now).Select(ReportMaker.Of)],
            blocks => PrintAll(parsed.GetValue(format), blocks, ReportJson.Default.BlockReport, ReportPrinter.Table)));
        return command;
    }

    public static Command History()
    {
        var (config, state, format) = (CommonOptions.Config(), CommonOptions.StateDirectory(), FormatOption.Create());
        var address = AddressArgument.Create(optional: true);
        var count = new Option<int>("--last")
        {
            Description = "Lines at most.",
            DefaultValueFactory = static _ => 200,
            CustomParser = static result =>
            {
                if (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) || lines is 0 or > ControlHandler.MostHistoryLines)
                    result.AddError(string.Create(CultureInfo.InvariantCulture, $"--last '{result.Tokens[0].Value}': a number from 1 to {ControlHandler.MostHistoryLines}."));
                return lines;
            },
        };
        var command = new Command("history", "What was seen and done, of everybody or of one address.") { address, count, config, state, format };
        command.SetAction(parsed =>
        {
            var target = parsed.GetValue(address);
            return AskCommand.Read(
                parsed.GetValue(config), parsed.GetValue(state), new ControlRequest("history", target, Count: parsed.GetValue(count)), ReportJson.Default.HistoryReportArray,
                (_, journal, _) => HistoryReader.Read(journal, target is null ? null : Prefix.Parse(target), parsed.GetValue(count)),
                lines => PrintAll(parsed.GetValue(format), lines, ReportJson.Default.HistoryReport, ReportPrinter.Table));
        });
        return command;
    }

    public static Command Why()
    {
        var (config, state, format) = (CommonOptions.Config(), CommonOptions.StateDirectory(), FormatOption.Create());
        var address = AddressArgument.Create(optional: false);
        var command = new Command("why", "Every fact known of an address, its weight, and the moment it became a scanner.") { address, config, state, format };
        command.SetAction(parsed =>
        {
            var target = parsed.GetValue(address)!;
            return AskCommand.Read(
                parsed.GetValue(config), parsed.GetValue(state), new ControlRequest("why", target), ReportJson.Default.WhyReport,
                (offline, _, options) =>
                {
                    var prefix = Prefix.Parse(target);
                    var source = prefix.IsHost ? SourceKey.Of(prefix.Network) : prefix;
                    var block = offline.Blocks(Now).FirstOrDefault(block => block.Target == source || block.Target.Contains(prefix.Network));
                    return ReportMaker.Of(source, offline.Source(source), block, options.Detection, Now);
                },
                report => Print(parsed.GetValue(format), report, ReportJson.Default.WhyReport, ReportPrinter.Table));
        });
        return command;
    }

    private static void Print<T>(OutputFormat format, T report, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> info, Action<TextWriter, T> table)
    {
        if (format == OutputFormat.Json) ReportPrinter.Json(Console.Out, report, info);
        else table(Console.Out, report);
    }

    private static void PrintAll<T>(OutputFormat format, T[] reports, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> info, Action<TextWriter, IReadOnlyList<T>> table)
    {
        if (format == OutputFormat.Table)
        {
            table(Console.Out, reports);
            return;
        }
        foreach (var report in reports) ReportPrinter.Json(Console.Out, report, info);
    }
}
