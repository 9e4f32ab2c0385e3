namespace PortSentry.Daemon.Hocon;

/// <summary>The only exception that reading HOCON throws for bad input. The message is <c>source:line:column: key: problem; valid: …</c>.</summary>
public sealed class HoconException : Exception
{
    /// <param name="key">The path that was being read, or null where none is known yet.</param>
    /// <param name="valid">What could stand there instead, or null where the problem says it.</param>
    public HoconException(HoconOrigin origin, string? key, string problem, string? valid = null)
        : base($"{origin}: {(key is null ? "" : key + ": ")}{problem}{(valid is null ? "" : "; valid: " + valid)}")
    {
        Origin = origin;
        Key = key;
        Problem = problem;
        Valid = valid;
    }

    public HoconOrigin Origin { get; }

    public string? Key { get; }

    public string Problem { get; }

    public string? Valid { get; }
}
