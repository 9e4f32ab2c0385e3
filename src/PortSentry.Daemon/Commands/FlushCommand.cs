using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Control;
using PortSentry.Daemon.Live;
using PortSentry.Daemon.Persistence;
using PortSentry.Daemon.Reports;
using PortSentry.Daemon.Wiring;
using PortSentry.Responders;
using PortSentry.Responders.Command;
using PortSentry.Responders.Challenge;
using PortSentry.Responders.Tripwire;
using PortSentry.Journal;

namespace PortSentry.Daemon.Commands;

/// <summary>
/// <c>flush</c> works without a daemon too: what one left behind is taken away by the responders themselves, and the journal is told,
/// so that the next start does not put it back.
/// </summary>
internal static class FlushCommand
{
    private const int MostNamed = 10;

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
            var error = await FlushAsync(responder, targets) ?? WithoutUndo(options, responder.Name, targets);
            await responder.DisposeAsync();
            if (error is null) Console.WriteLine($"{responder.Name}: nothing of ours is left");
            else
            {
                Console.Error.WriteLine($"portsentry: {responder.Name}: {error}");
                exit = ExitCodes.Failed;
            }
        }
        using var tripwire = new KernelTripwire(TripwireSetup.RulesOf(options));
        using var challenge = new KernelChallenge(ChallengeSetup.RulesOf(options));
        foreach (var (name, removed) in (ReadOnlySpan<(string, ResponderResult)>)[("tripwire", tripwire.Remove()), ("challenge", challenge.Remove())])
        {
            if (removed.Ok) Console.WriteLine($"{name}: nothing of ours is left");
            else
            {
                Console.Error.WriteLine($"portsentry: {removed.Error}");
                exit = ExitCodes.Failed;
            }
        }
        return exit;
    }

    /// <returns>Null, or the first failure.</returns>
    private static async Task<string?> FlushAsync(IBlockResponder responder, Prefix[] targets)
    {
        string? error = null;
        if (await responder.ListAsync(CancellationToken.None) is null)
            foreach (var target in targets)
                if (await responder.UnblockAsync(target, CancellationToken.None) is { Ok: false } failed) error ??= failed.Error;
        return await responder.FlushAsync(CancellationToken.None) is { Ok: false } result ? result.Error : error;
    }

    // Nobody remembers for which of them the command ran, but it did for most.
    private static string? WithoutUndo(PortSentryOptions options, string responder, Prefix[] targets)
    {
        if (targets.Length == 0 || !options.Responders.Any(choice => choice.Name == responder && choice.Options is CommandOptions { Blocks: true, Undo: "" })) return null;
        var some = string.Join(", ", targets.Take(MostNamed)) + (targets.Length > MostNamed ? $" and {targets.Length - MostNamed} more" : "");
        return $"there is no undo command, so what it did stays: undo it by hand for {some}, and set response.{responder}.undo";
    }
}
