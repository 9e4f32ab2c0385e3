using System.Globalization;

namespace PortSentry.Daemon.Classic;

public enum ClassicNoteKind
{
    /// <summary>The key is taken, and does something else here than there.</summary>
    Differs,

    /// <summary>The line is taken after a repair of what is plainly a slip.</summary>
    Repaired,

    /// <summary>The line, or a part of it, is not taken.</summary>
    Refused,
}

/// <summary>One remark of the importer.</summary>
/// <param name="Line">From 1; 0 where it is about a key that no line has.</param>
public sealed record ClassicNote(ClassicNoteKind Kind, string File, int Line, string? Key, string Text)
{
    public override string ToString()
    {
        var word = Kind switch { ClassicNoteKind.Differs => "differs", ClassicNoteKind.Repaired => "repaired", _ => "not taken" };
        return string.Create(CultureInfo.InvariantCulture, $"{File}{(Line > 0 ? $":{Line}" : "")}: {(Key is null ? "" : Key + " ")}{word}: {Text}");
    }
}
