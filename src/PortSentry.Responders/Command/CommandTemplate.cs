using System.Text;

namespace PortSentry.Responders.Command;

/// <summary>
/// One argument vector with tokens, or several joined by <c>&amp;&amp;</c> (each only after the success of the one before), parsed once. The
/// program of each takes no token: an attacker must not choose what runs.
/// </summary>
public sealed class CommandTemplate
{
    private const string And = "&&";

    private readonly string[][] _steps;

    private CommandTemplate(string text, string[][] steps) => (Text, _steps) = (text, steps);

    public string Text { get; }

    /// <returns>The template, or what is wrong with it and what would be right.</returns>
    public static (CommandTemplate? Template, string? Error) Parse(string text)
    {
        if (text.Any(c => char.IsControl(c) && c != '\t')) return (null, "no control characters");
        var (arguments, error) = Split(text);
        if (error is not null) return (null, error);
        if (Tokens.Unknown(text) is { } unknown) return (null, $"{Tokens.Target}, {Tokens.Port} and {Tokens.Mode}, not {unknown}");
        var steps = new List<string[]>();
        var step = new List<string>();
        foreach (var argument in arguments.Append(null))
        {
            if (argument is not null)
            {
                step.Add(argument);
                continue;
            }
            if (step.Count == 0) return (null, steps.Count == 0 ? "a program and its arguments" : $"a program behind each {And}");
            if (step[0].Contains('$', StringComparison.Ordinal)) return (null, "a program without tokens or $ in its name");
            steps.Add([.. step]);
            step.Clear();
        }
        return (new CommandTemplate(text, [.. steps]), null);
    }

    /// <summary>Program and arguments of each step.</summary>
    public IEnumerable<string[]> Steps(BlockRequest request) => _steps.Select(s => (string[])[s[0], .. s.Skip(1).Select(a => Tokens.Replace(a, request))]);

    /// <summary>As the classic log lines show it; to be read, never to be run.</summary>
    public string Show(BlockRequest request) => Tokens.Replace(Text, request);

    /// <returns>Arguments, with null between two steps.</returns>
    private static (List<string?> Arguments, string? Error) Split(string text)
    {
        var arguments = new List<string?>();
        var current = new StringBuilder();
        var started = false;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'')
            {
                if (++i == text.Length) return (arguments, "a character behind the last \\");
                current.Append(text[i]);
                started = true;
            }
            else if (quote != '\0')
            {
                if (c == quote)
                    quote = '\0';
                else
                    current.Append(c);
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                started = true;
            }
            else if (c is ' ' or '\t')
            {
                if (started) arguments.Add(current.ToString());
                current.Clear();
                started = false;
            }
            else if (!started && text.AsSpan(i).StartsWith(And) && (i + 2 == text.Length || text[i + 2] is ' ' or '\t'))
            {
                arguments.Add(null);
                i++;
            }
            // What a shell would make of these is not what happens here: better refused than half done.
            else if (c is '|' or '&' or ';' or '<' or '>' or '`' || (c == '$' && i + 1 < text.Length && text[i + 1] is '(' or '{'))
                return (arguments, $"no shell character {c} outside quotes: commands run without a shell; put them into a script");
            else
            {
                current.Append(c);
                started = true;
            }
        }
        if (quote != '\0') return (arguments, $"a closing {quote}");
        if (started) arguments.Add(current.ToString());
        return (arguments, null);
    }
}
