namespace PortSentry.Daemon.Hocon;

internal enum HoconTokenKind
{
    End,
    Newline,
    Blank,
    Quoted,
    Unquoted,
    SubstitutionOpen,
    OptionalSubstitutionOpen,
    BraceOpen,
    BraceClose,
    BracketOpen,
    BracketClose,
    Comma,
    Colon,
    Equals,
    PlusEquals,
}

/// <param name="Text">The value of a quoted string, the characters of anything else.</param>
internal readonly record struct HoconToken(HoconTokenKind Kind, string Text, int Line, int Column)
{
    public string Described => Kind switch
    {
        HoconTokenKind.End => "the end of the file",
        HoconTokenKind.Newline => "the end of the line",
        HoconTokenKind.Quoted => $"\"{Shortened}\"",
        _ => $"'{Shortened}'",
    };

    private string Shortened => Text.Length <= 40 ? Text : Text[..40] + "…";
}
