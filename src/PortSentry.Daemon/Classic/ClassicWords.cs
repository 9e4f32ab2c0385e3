using System.Text;

namespace PortSentry.Daemon.Classic;

/// <summary>
/// A shell command line as words, without a shell. Quotes and backslashes as in POSIX sh (2.2); what only a shell could do ends it
/// with a reason. Operators come out as words of their own, marked.
/// </summary>
internal static class ClassicWords
{
    /// <param name="IsOperator"><c>|</c> <c>||</c> <c>&amp;</c> <c>&amp;&amp;</c> <c>;</c> <c>&gt;</c> <c>&gt;&gt;</c> <c>&lt;</c> <c>2&gt;</c> <c>2&gt;&amp;1</c></param>
    public readonly record struct Word(string Text, bool IsOperator);

    /// <summary>Null with a reason where only a shell could tell.</summary>
    public static List<Word>? Split(string text, out string? reason)
    {
        var words = new List<Word>();
        var word = new StringBuilder();
        var begun = false;
        reason = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case ' ' or '\t':
                    End();
                    break;
                case '\'':
                    var close = text.IndexOf('\'', i + 1);
                    if (close < 0) return Fail("a single quote that is not closed", out reason);
                    word.Append(text, i + 1, close - i - 1);
                    begun = true;
                    i = close;
                    break;
                case '"':
                    begun = true;
                    for (i++; i < text.Length && text[i] != '"'; i++)
                    {
                        if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\' or '$' or '`') word.Append(text[++i]);
                        else if (IsToken(text, i)) CopyToken(text, word, ref i);
                        else if (text[i] is '$' or '`') return Fail("a variable or a command substitution", out reason);
                        else word.Append(text[i]);
                    }

                    if (i >= text.Length) return Fail("a double quote that is not closed", out reason);
                    break;
                case '\\' when i + 1 < text.Length:
                    word.Append(text[++i]);
                    begun = true;
                    break;
                case '$':
                    if (!IsToken(text, i)) return Fail("a variable or a command substitution", out reason);
                    CopyToken(text, word, ref i);
                    begun = true;
                    break;
                case '`':
                    return Fail("a command substitution", out reason);
                case '*' or '?' or '[' or '(' or ')':
                case '~' when !begun:
                    return Fail($"the shell's '{c}'", out reason);
                case '#' when !begun:
                    End();
                    return words;
                case '|' or '&' or ';' or '<' or '>':
                    Operator(ref i);
                    break;
                default:
                    word.Append(c);
                    begun = true;
                    break;
            }
        }

        End();
        return words;

        void End()
        {
            if (begun) words.Add(new Word(word.ToString(), false));
            word.Clear();
            begun = false;
        }

        void Operator(ref int i)
        {
            var c = text[i];
            var op = c.ToString();
            if (c is '<' or '>' && word.Length == 1 && char.IsAsciiDigit(word[0]))
            {
                op = word.ToString() + op;
                word.Clear();
                begun = false;
            }

            End();
            if (i + 1 < text.Length && text[i + 1] == c && c is '|' or '&' or '>')
            {
                op += c;
                i++;
            }

            if (c == '>' && i + 2 < text.Length && text[i + 1] == '&' && char.IsAsciiDigit(text[i + 2]))
            {
                op += text.Substring(i + 1, 2);
                i += 2;
            }

            words.Add(new Word(op, true));
        }
    }

    private static bool IsToken(string text, int at)
    {
        foreach (var token in ClassicCommand.Tokens)
            if (string.CompareOrdinal(text, at, token, 0, token.Length) == 0) return true;
        return false;
    }

    private static void CopyToken(string text, StringBuilder word, ref int at)
    {
        var end = text.IndexOf('$', at + 1);
        word.Append(text, at, end - at + 1);
        at = end;
    }

    private static List<Word>? Fail(string said, out string? reason)
    {
        reason = said;
        return null;
    }
}
