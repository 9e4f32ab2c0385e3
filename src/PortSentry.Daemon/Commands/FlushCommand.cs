using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Control;
using PortSentry.Daemon.Live;
using PortSentry.Daemon.Persistence;
using PortSentry.Daemon.Reports;
using PortSentry.Daemon.Wiring;
using PortSentry.Responders.Tripwire;
using PortSentry.Journal;

namespace PortSentry.Daemon.Commands;

/// <summary>
/// <c>flush</c> works without a daemon too: what one left behind is taken away by the responders themselves, and the journal is told,
/// so that the next start does not put it back.
/// </summary>
internal static class FlushCommand
{
    public static int Run(string? config, string? classic, string? stateDirectory)
    {
        if (CommonOptions.Load(config, new ConfigurationOverrides { StateDirectory = stateDirectory }, classic) is not { } options) return ExitCodes.Failed;
        try
        {
            if (ControlClient.Ask(options.StateDirectory, new ControlRequest("flush")) is { } answer)
            {
                (answer.Ok ? Console.Out : Console.Error).WriteLine(answer.Text);
                return answer.Ok ? ExitCodes.Ok : ExitCodes.Failed;
            }
            if (!Directory.Exists(options.StateDirectory)) return FlushAsync(options, []).GetAwaiter().GetResult();
            using var held = StateDirectory.Hold(options.StateDirectory);
            Prefix[] targets;
            using (var journal = JournalOpener.Open(options, NullLogger.Instance))
            {
                targets = [.. new OfflineReports(journal, options).Blocks(Instant.From(TimeProvider.System.GetUtcNow())).Select(static block => block.Target)];
                OfflineLift.All(journal, options, Instant.From(TimeProvider.System.GetUtcNow()), "operator");
            }
            return FlushAsync(options, targets).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JournalException)
        {
            Console.Error.WriteLine($"portsentry: {exception.Message}");
            return ExitCodes.Failed;
        }
    }

    /// <param name="targets">What the journal holds for blocked: a command cannot tell what it did before, so each is taken back by name.</param>
    private static async Task<int> FlushAsync(PortSentryOptions options, Prefix[] targets)
    {
        var exit = ExitCodes.Ok;
        foreach (var responder in ResponderSet.Create(options, NullLoggerFactory.Instance, TimeProvider.System).Blocks)
        {
            if (await responder.ListAsync(CancellationToken.None) is null)
                foreach (var target in targets) await responder.UnblockAsync(target, CancellationToken.None);
            var result = await responder.FlushAsync(CancellationToken.None);
            await responder.DisposeAsync();
            if (result.Ok) Console.WriteLine($"{responder.Name}: nothing of ours is left");
            else
            {
                Console.Error.WriteLine($"portsentry: {responder.Name}: {result.Error}");
                exit = ExitCodes.Failed;
            }
        }
        using var tripwire = new KernelTripwire(TripwireSetup.RulesOf(options));
        var removed = tripwire.Remove();
        if (removed.Ok) Console.WriteLine("tripwire: nothing of ours is left");
        else
        {
            Console.Error.WriteLine($"portsentry: {removed.Error}");
            exit = ExitCodes.Failed;
        }
        return exit;
    }
}
