using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Control;
using PortSentry.Daemon.Wiring;

namespace PortSentry.Daemon.Commands;

/// <summary><c>flush</c> works without a daemon too: what one left behind is taken away by the responders themselves.</summary>
internal static class FlushCommand
{
    public static int Run(string? config, string? stateDirectory)
    {
        if (CommonOptions.Load(config, new ConfigurationOverrides { StateDirectory = stateDirectory }) is not { } options) return ExitCodes.Failed;
        try
        {
            if (ControlClient.Ask(options.StateDirectory, new ControlRequest("flush")) is { } answer)
            {
                (answer.Ok ? Console.Out : Console.Error).WriteLine(answer.Text);
                return answer.Ok ? ExitCodes.Ok : ExitCodes.Failed;
            }
        }
        catch (IOException exception)
        {
            Console.Error.WriteLine($"portsentry: {exception.Message}");
            return ExitCodes.Failed;
        }
        return FlushAsync(options).GetAwaiter().GetResult();
    }

    private static async Task<int> FlushAsync(PortSentryOptions options)
    {
        var exit = ExitCodes.Ok;
        foreach (var responder in ResponderSet.Create(options, NullLoggerFactory.Instance, TimeProvider.System).Blocks)
        {
            var result = await responder.FlushAsync(CancellationToken.None);
            await responder.DisposeAsync();
            if (result.Ok) Console.WriteLine($"{responder.Name}: nothing of ours is left");
            else
            {
                Console.Error.WriteLine($"portsentry: {responder.Name}: {result.Error}");
                exit = ExitCodes.Failed;
            }
        }
        return exit;
    }
}
