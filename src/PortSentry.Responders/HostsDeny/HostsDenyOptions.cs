namespace PortSentry.Responders.HostsDeny;

/// <summary>Options of the responder <c>hosts.deny</c>: TCP Wrappers, hosts_access(5).</summary>
public sealed record HostsDenyOptions : IResponderOptions
{
    public string Path { get; init; } = "/etc/hosts.deny";

    /// <summary>
    /// The classic KILL_HOSTS_DENY. <c>ALL: $TARGET$</c> works everywhere; <c>ALL: $TARGET$ : DENY</c> needs extended
    /// option processing (hosts_options(5)), which Debian has.
    /// </summary>
    public string Line { get; init; } = "ALL: $TARGET$ : DENY";

    /// <summary>Lines of ours at most, 1 to 100,000. Every wrapped service reads the file through for each connection.</summary>
    public int MaxLines { get; init; } = 5000;

    public IEnumerable<OptionProblem> Check()
    {
        if (!System.IO.Path.IsPathFullyQualified(Path)) yield return new("path", "an absolute path");
        var colon = Line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || Line.IndexOf(Tokens.Target, StringComparison.Ordinal) < colon || Line.Length > 1000
            || Line.Any(c => c is < ' ' or > '~') || Line[0] == '#' || Line.EndsWith('\\'))
            yield return new("line", "one line 'daemons: $TARGET$[ : options]' of printable ASCII, at most 1000 characters, no # in front, no \\ at the end");
        if (MaxLines is < 1 or > 100_000) yield return new("max-lines", "1 to 100000");
    }
}
