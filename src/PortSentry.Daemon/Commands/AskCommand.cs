using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Control;
using PortSentry.Daemon.Persistence;
using PortSentry.Daemon.Reports;
using PortSentry.Journal;

namespace PortSentry.Daemon.Commands;

/// <summary>What the commands that talk to the daemon have in common: ask it, else the journal, and say so.</summary>
internal static class AskCommand
{
    /// <summary>For commands that change something: a daemon is needed.</summary>
    public static int Do(string? config, string? stateDirectory, ControlRequest request) => With(config, stateDirectory, options =>
    {
        if (ControlClient.Ask(options.StateDirectory, request) is not { } answer) return NoDaemon(options);
        (answer.Ok ? Console.Out : Console.Error).WriteLine(answer.Ok ? answer.Text : $"portsentry: {answer.Text}");
        return answer.Ok ? ExitCodes.Ok : ExitCodes.Failed;
    });

    /// <summary>For commands that read.</summary>
    /// <param name="offline">The same report from the journal; null where only a daemon knows.</param>
    public static int Read<T>(
        string? config, string? stateDirectory, ControlRequest request, JsonTypeInfo<T> info, Func<OfflineReports, IEventJournal, PortSentryOptions, T>? offline, Action<T> print)
        where T : class => With(config, stateDirectory, options =>
    {
        T? report;
        if (ControlClient.Ask(options.StateDirectory, request) is { } answer)
        {
            if (!answer.Ok)
            {
                Console.Error.WriteLine($"portsentry: {answer.Text}");
                return ExitCodes.Failed;
            }
            report = answer.Data.Deserialize(info);
        }
        else
        {
            if (offline is null) return NoDaemon(options);
            Console.Error.WriteLine("portsentry: no daemon runs here; this is what the journal says");
            using var journal = JournalOpener.Open(options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, readOnly: true);
            report = offline(new OfflineReports(journal, options), journal, options);
        }
        if (report is null) return ExitCodes.Failed;
        print(report);
        return ExitCodes.Ok;
    });

    private static int With(string? config, string? stateDirectory, Func<PortSentryOptions, int> work)
    {
        if (CommonOptions.Load(config, new ConfigurationOverrides { StateDirectory = stateDirectory }) is not { } options) return ExitCodes.Failed;
        try
        {
            return work(options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JournalException)
        {
            Console.Error.WriteLine($"portsentry: {exception.Message}");
            return ExitCodes.Failed;
        }
    }

    private static int NoDaemon(PortSentryOptions options)
    {
        Console.Error.WriteLine($"portsentry: no daemon runs in {options.StateDirectory}; start one with 'portsentry run', or name its --state-dir");
        return ExitCodes.Failed;
    }
}
