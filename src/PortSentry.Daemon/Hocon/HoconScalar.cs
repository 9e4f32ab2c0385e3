namespace PortSentry.Daemon.Hocon;

public enum HoconScalarKind
{
    String,
    Number,
    Boolean,
    Null,
}

/// <summary>A simple value. A number's text is as it was written; a Boolean's is "true" or "false"; null's is "null".</summary>
public sealed class HoconScalar(HoconScalarKind kind, string text, HoconOrigin origin) : HoconValue(origin)
{
    public HoconScalarKind Kind { get; } = kind;

    public string Text { get; } = text;

    public override int Count => 1;

    public override string Described => Kind switch
    {
        HoconScalarKind.Number => $"the number {Text}",
        HoconScalarKind.Null => "null",
        HoconScalarKind.Boolean => Text,
        _ => $"\"{(Text.Length <= 60 ? Text : Text[..60] + "…")}\"",
    };

    public override string ToString() => Text;
}
