using System.CommandLine;

namespace PortSentry.Daemon.Commands;

/// <summary>The command line: one line a command.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        var parsed = Parse(args);
        // The daemon handles signals itself; the library's own handler would cut its clean stop short after two seconds.
        if (parsed.Errors.Count == 0) return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
        foreach (var error in parsed.Errors) Console.Error.WriteLine($"portsentry: {error.Message}");
        Console.Error.WriteLine("Try 'portsentry --help'.");
        return ExitCodes.Usage;
    }

    internal static ParseResult Parse(string[] args)
    {
        var root = new RootCommand("PortSentry.Actors: sees port scans while they run, and answers them. Exit status: 0 done, 1 it could not be done (standard error says why), 2 wrong usage.");
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(ReplayCommand.Create());
        root.Subcommands.Add(ReadCommands.Status());
        root.Subcommands.Add(ReadCommands.Blocked());
        root.Subcommands.Add(ReadCommands.History());
        root.Subcommands.Add(ReadCommands.Why());
        root.Subcommands.Add(ChangeCommands.Block());
        root.Subcommands.Add(ChangeCommands.Unblock());
        root.Subcommands.Add(ChangeCommands.Ignore());
        root.Subcommands.Add(ChangeCommands.Flush());
        root.Subcommands.Add(ChangeCommands.Reconcile());
        root.Subcommands.Add(ChangeCommands.Reload());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(ImportCommand.Create());
        root.Subcommands.Add(VersionCommand.Create());
        return root.Parse(args);
    }
}
