namespace PortSentry.Daemon.Configuration;

/// <summary>A configuration that cannot be used. All problems that were found, in the order of the keys; the message has a line for each.</summary>
public sealed class ConfigurationException : Exception
{
    public ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
        : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>A problem with the file as a whole.</summary>
    public ConfigurationException(string message, Exception? inner = null)
        : base(message, inner) => Problems = [];

    public IReadOnlyList<ConfigurationProblem> Problems { get; }
}
