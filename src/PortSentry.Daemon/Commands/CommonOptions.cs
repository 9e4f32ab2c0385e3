using System.CommandLine;
using PortSentry.Daemon.Configuration;

namespace PortSentry.Daemon.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string?> Config() => new("--config") { Description = $"Configuration file (HOCON); default {ConfigurationLoader.DefaultPath} where it exists." };

    public static Option<string?> StateDirectory() => new("--state-dir") { Description = "Where journal, control socket and own ignore list live." };

    public static Option<string?> Classic() => new("--classic")
    {
        Description = "The classic files of this directory (as /etc/portsentry, with ../default/portsentry for the modes) are the configuration; --config is then laid over them.",
    };

    /// <summary>The configuration, or null after the problems were printed.</summary>
    public static PortSentryOptions? Load(string? path, ConfigurationOverrides overrides, string? classic = null)
    {
        try
        {
            return classic is null ? ConfigurationLoader.Load(path, overrides.ToSource()) : ConfigurationLoader.LoadClassic(classic, path, overrides.ToSource());
        }
        catch (ConfigurationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return null;
        }
    }
}
