using System.Buffers;
using System.Globalization;
using System.Text;

namespace PortSentry.Daemon.Hocon;

/// <summary>Text to tokens. Comments are dropped; blanks and newlines are kept, since they decide about concatenation and separation.</summary>
internal sealed class HoconLexer(string source, string text)
{
    // HOCON.md "Unquoted strings"; blanks and "//" end one too.
    private const string Forbidden = "$\"{}[]:=,+#`^?!@*&\\";

    private static readonly SearchValues<char> NumberStart = SearchValues.Create("0123456789.-");

    private int _at;
    private int _line = 1;
    private int _lineStart;

    /// <exception cref="HoconException">A character or string that no token allows.</exception>
    public static List<HoconToken> Read(string source, string text)
    {
        var lexer = new HoconLexer(source, text);
        var tokens = new List<HoconToken>(16 + (text.Length / 6));
        HoconToken token;
        do
        {
            token = lexer.Next();
            tokens.Add(token);
        }
        while (token.Kind != HoconTokenKind.End);
        return tokens;
    }

    private HoconToken Next()
    {
        SkipComment();
        if (_at >= text.Length) return Token(HoconTokenKind.End, "", _at);
        var start = _at;
        var c = text[_at];
        if (c == '\n')
        {
            var newline = Token(HoconTokenKind.Newline, "\n", start);
            _at++;
            _line++;
            _lineStart = _at;
            return newline;
        }

        if (IsBlank(c))
        {
            while (_at < text.Length && text[_at] != '\n' && IsBlank(text[_at])) _at++;
            return Token(HoconTokenKind.Blank, text[start.._at], start);
        }

        return c switch
        {
            '{' => Single(HoconTokenKind.BraceOpen),
            '}' => Single(HoconTokenKind.BraceClose),
            '[' => Single(HoconTokenKind.BracketOpen),
            ']' => Single(HoconTokenKind.BracketClose),
            ',' => Single(HoconTokenKind.Comma),
            ':' => Single(HoconTokenKind.Colon),
            '=' => Single(HoconTokenKind.Equals),
            '+' when Peek(1) == '=' => Marked(HoconTokenKind.PlusEquals, 2),
            '$' when Peek(1) == '{' => Peek(2) == '?'
                ? Marked(HoconTokenKind.OptionalSubstitutionOpen, 3)
                : Marked(HoconTokenKind.SubstitutionOpen, 2),
            '"' when Peek(1) == '"' && Peek(2) == '"' => TripleQuoted(),
            '"' => Quoted(),
            _ => Unquoted(),
        };
    }

    private void SkipComment()
    {
        if (_at >= text.Length || !(text[_at] == '#' || (text[_at] == '/' && Peek(1) == '/'))) return;
        var end = text.IndexOf('\n', _at);
        _at = end < 0 ? text.Length : end;
    }

    private HoconToken Unquoted()
    {
        var start = _at;
        while (_at < text.Length && Continues(start)) _at++;
        if (_at > start) return Token(HoconTokenKind.Unquoted, text[start.._at], start);
        throw Error(start, text[start] is '“' or '”' or '„' ? "a typographic quote" : $"the character '{text[start]}' outside quotes", "a plain \"quoted\" string");
    }

    private bool Continues(int start)
    {
        var c = text[_at];
        if (c == '+') return IsExponentSign(start);
        if (c is '“' or '”' or '„') return false;
        return !IsBlank(c) && !Forbidden.Contains(c, StringComparison.Ordinal) && !(c == '/' && Peek(1) == '/');
    }

    // "1e+5": the one place where an unquoted token may hold a plus.
    private bool IsExponentSign(int start) =>
        _at > start + 1 && text[_at - 1] is 'e' or 'E' && char.IsAsciiDigit(Peek(1))
        && !text.AsSpan(start, _at - 1 - start).ContainsAnyExcept(NumberStart);

    private HoconToken Quoted()
    {
        var start = _at++;
        var value = new StringBuilder();
        while (true)
        {
            if (_at >= text.Length || text[_at] == '\n')
                throw Error(start, "a string that is not closed on its line", "a closing quote, or \"\"\"three quotes\"\"\" around several lines");
            var c = text[_at++];
            if (c == '"') return Token(HoconTokenKind.Quoted, value.ToString(), start);
            if (c < ' ') throw Error(_at - 1, $"a control character (code {(int)c}) inside a string", "an escape such as \\t or \\u0009");
            value.Append(c == '\\' ? Escape() : c);
        }
    }

    private char Escape()
    {
        var at = _at - 1;
        var c = _at < text.Length ? text[_at++] : '\0';
        return c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' when _at + 4 <= text.Length && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) => Code(code),
            _ => throw Error(at, "an unknown escape in a string", "\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"),
        };
    }

    private char Code(ushort code)
    {
        _at += 4;
        return (char)code;
    }

    // Scala's rule: three or more quotes end it, and all but the last three belong to the string.
    private HoconToken TripleQuoted()
    {
        var (start, line, lineStart) = (_at, _line, _lineStart);
        var end = text.IndexOf("\"\"\"", start + 3, StringComparison.Ordinal);
        if (end < 0) throw Error(start, "a string in three quotes that is not closed", "closing \"\"\"");
        while (end + 3 < text.Length && text[end + 3] == '"') end++;
        for (var i = start; i < end; i++)
        {
            if (text[i] != '\n') continue;
            _line++;
            _lineStart = i + 1;
        }

        _at = end + 3;
        return new HoconToken(HoconTokenKind.Quoted, text[(start + 3)..end], line, start - lineStart + 1);
    }

    private HoconToken Single(HoconTokenKind kind) => Marked(kind, 1);

    private HoconToken Marked(HoconTokenKind kind, int length)
    {
        var start = _at;
        _at += length;
        return Token(kind, text.Substring(start, length), start);
    }

    private HoconToken Token(HoconTokenKind kind, string value, int start) => new(kind, value, _line, start - _lineStart + 1);

    private char Peek(int offset) => _at + offset < text.Length ? text[_at + offset] : '\0';

    private HoconException Error(int at, string problem, string valid) =>
        new(new HoconOrigin(source, _line, at - _lineStart + 1), null, problem, valid);

    // HOCON.md "Whitespace": Zs, Zl, Zp, the byte order mark and the ASCII controls named there.
    private static bool IsBlank(char c) => c switch
    {
        ' ' or '\t' or '\n' or '\v' or '\f' or '\r' or '\u001C' or '\u001D' or '\u001E' or '\u001F' or '\uFEFF' => true,
        < '\u0080' => false,
        _ => char.GetUnicodeCategory(c) is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };
}
