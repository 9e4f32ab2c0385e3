using System.CommandLine;
using PortSentry.Daemon.Configuration;

namespace PortSentry.Daemon.Commands;

/// <summary><c>check</c>: validates a configuration and prints what is in effect.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command("check", "Validates the configuration and prints what is in effect.") { config };
        command.SetAction(parsed =>
        {
            if (CommonOptions.Load(parsed.GetValue(config), new ConfigurationOverrides()) is not { } options) return ExitCodes.Failed;
            foreach (var warning in options.Warnings) Console.Error.WriteLine($"portsentry: {warning}");
            Console.Write(EffectiveConfiguration.Render(options));
            return ExitCodes.Ok;
        });
        return command;
    }
}
