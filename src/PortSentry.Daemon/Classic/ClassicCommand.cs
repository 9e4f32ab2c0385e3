namespace PortSentry.Daemon.Classic;

/// <summary>A classic command line as an argument vector, which is run without a shell.</summary>
/// <param name="Arguments">The program first; tokens <c>$TARGET$ $PORT$ $MODE$</c> stand inside arguments.</param>
/// <param name="Undo">The command that takes it back, where the form is known.</param>
/// <param name="Input">The line that the program reads on its standard input, or null.</param>
/// <param name="Repairs">What was changed or left out on the way, for the administrator.</param>
public sealed record ClassicCommand(IReadOnlyList<string> Arguments, IReadOnlyList<string>? Undo, string? Input, IReadOnlyList<string> Repairs)
{
    public static readonly IReadOnlyList<string> Tokens = ["$TARGET$", "$PORT$", "$MODE$"];

    /// <summary>Null with a reason where it cannot be run without a shell.</summary>
    public static ClassicCommand? Read(string text, out string? reason)
    {
        var repairs = new List<string>();
        var repaired = ClassicRepair.Command(text, repairs);
        if (ClassicWords.Split(repaired, out reason) is not { } words)
        {
            reason += ", which needs a shell; put the line into a script and name the script here";
            return null;
        }

        DropRedirections(words, repairs);
        var input = PipedInput(words);
        var end = words.FindIndex(w => w.IsOperator);
        if (end >= 0)
        {
            if (words[end].Text is not ("&&" or ";" or "&") || (words[end].Text == "&" && end < words.Count - 1))
            {
                reason = $"the shell's '{words[end].Text}'; put the line into a script and name the script here";
                return null;
            }

            if (end < words.Count - 1) repairs.Add($"only the first command is taken, this is left out: {string.Join(' ', words.Skip(end + 1).Select(w => w.Text))}");
            words.RemoveRange(end, words.Count - end);
        }

        if (words.Count == 0)
        {
            reason = "no command";
            return null;
        }

        string[] arguments = [.. words.Select(w => w.Text)];
        return new ClassicCommand(arguments, ClassicUndo.Of(arguments), input, repairs);
    }

    private static void DropRedirections(List<ClassicWords.Word> words, List<string> repairs)
    {
        for (var i = words.Count - 1; i >= 0; i--)
        {
            if (!words[i].IsOperator || !words[i].Text.Contains('>', StringComparison.Ordinal)) continue;
            var whole = words[i].Text.Contains('&', StringComparison.Ordinal);
            var count = whole || i + 1 >= words.Count || words[i + 1].IsOperator ? 1 : 2;
            if (!whole && count == 2 && words[i + 1].Text != "/dev/null") repairs.Add($"the output does not go to {words[i + 1].Text}: it is kept for the log");
            words.RemoveRange(i, count);
        }
    }

    // "echo TEXT | PROGRAM -f -", as the ipf line has it: the text becomes the program's input.
    private static string? PipedInput(List<ClassicWords.Word> words)
    {
        var pipe = words.FindIndex(w => w.IsOperator);
        if (pipe < 2 || words[pipe].Text != "|" || words[0].Text is not ("echo" or "/bin/echo" or "/usr/bin/echo") || words[1].Text.StartsWith('-')) return null;
        var input = string.Join(' ', words.Skip(1).Take(pipe - 1).Select(w => w.Text));
        words.RemoveRange(0, pipe + 1);
        return input;
    }
}
