using System.CommandLine;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Control;
using PortSentry.Daemon.Live;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Daemon.Commands;

/// <summary><c>check</c>: validates a configuration and prints what is in effect.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var (config, classic) = (CommonOptions.Config(), CommonOptions.Classic());
        var tripwire = new Option<bool>("--tripwire") { Description = "Print the kernel's tripwire as nft rules instead." };
        var filter = new Option<bool>("--filter") { Description = "Print the kernel filter of the capture instead, and its length." };
        var command = new Command("check", "Validates the configuration and prints what is in effect.") { config, classic, tripwire, filter };
        command.SetAction(parsed =>
        {
            if (CommonOptions.Load(parsed.GetValue(config), new ConfigurationOverrides(), parsed.GetValue(classic)) is not { } options) return ExitCodes.Failed;
            if (OfThisHost(options) is { } problem)
            {
                Console.Error.WriteLine(problem);
                return ExitCodes.Failed;
            }
            foreach (var warning in options.Warnings) Console.Error.WriteLine($"portsentry: {warning}");
            if (parsed.GetValue(filter)) return FilterReport.Print(options);
            Console.Write(parsed.GetValue(tripwire) ? TripwireRuleset.Install(TripwireSetup.RulesOf(options)) : $"{EffectiveConfiguration.Render(options)}# {MemoryBound.Of(options)}\n");
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>What is wrong with it on this host alone, and would stop the start.</summary>
    internal static ConfigurationProblem? OfThisHost(PortSentryOptions options) => options.ControlGroup is { } group && !PeerCheck.Exists(group)
        ? new(options.Tree.Find("control", "group")!.Origin, "portsentry.control.group", $"there is no group {group} here", "a group of /etc/group, or \"\" for root only")
        : null;
}
