using System.CommandLine;
using System.Reflection;

namespace PortSentry.Daemon.Commands;

/// <summary><c>portsentry version</c>.</summary>
internal static class VersionCommand
{
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static Command Create()
    {
        var command = new Command("version", "Prints the version.");
        command.SetAction(_ =>
        {
            Console.WriteLine($"portsentry {Version}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
