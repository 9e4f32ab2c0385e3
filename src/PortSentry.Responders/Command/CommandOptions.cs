namespace PortSentry.Responders.Command;

/// <summary>When a command runs, seen from the other responders (KILL_RUN_CMD_FIRST).</summary>
public enum CommandOrder
{
    After,
    Before,
}

/// <summary>Options of the responder <c>command</c>.</summary>
public sealed record CommandOptions : IResponderOptions
{
    /// <summary>
    /// The program and its arguments: blanks part them, '…' keeps everything, "…" keeps blanks, \ keeps the next character.
    /// <c>$TARGET$ $PORT$ $MODE$</c> are replaced inside an argument. Several commands are joined by <c>&amp;&amp;</c>. No shell ever sees
    /// it: no pipe, no variable, no *.
    /// </summary>
    public string Run { get; init; } = "";

    /// <summary>What lifts the block again, in the same form; empty: nothing does, and an unblock reports that.</summary>
    public string Undo { get; init; } = "";

    /// <summary>What <see cref="Run"/> and <see cref="Undo"/> read from standard input, tokens replaced, a line end behind; empty: nothing.</summary>
    public string Input { get; init; } = "";

    public CommandOrder Order { get; init; }

    /// <summary>
    /// True where the command is a block (KILL_ROUTE): its classic line says so, and an unblock without undo fails. False where
    /// it is a mere message (KILL_RUN_CMD).
    /// </summary>
    public bool Blocks { get; init; }

    /// <summary>1 ms to 10 minutes; then the command and all its children are killed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Commands at once, 1 to 64; more wait.</summary>
    public int Concurrency { get; init; } = 4;

    public IEnumerable<OptionProblem> Check()
    {
        if (CommandTemplate.Parse(Run) .Error is { } runError) yield return new("run", runError);
        if (Undo.Length > 0 && CommandTemplate.Parse(Undo) .Error is { } undoError) yield return new("undo", undoError);
        if (!Enum.IsDefined(Order)) yield return new("order", "before or after");
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(10)) yield return new("timeout", "1 ms to 10 minutes");
        if (Concurrency is < 1 or > 64) yield return new("concurrency", "1 to 64");
    }
}
