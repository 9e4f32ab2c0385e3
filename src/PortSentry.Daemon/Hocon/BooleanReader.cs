namespace PortSentry.Daemon.Hocon;

/// <summary>true, yes, on, false, no, off: these six and no others (HOCON.md "Automatic type conversions").</summary>
public static class BooleanReader
{
    public const string Valid = "on, off, yes, no, true or false";

    public static bool TryRead(HoconValue value, out bool result)
    {
        var text = value is HoconScalar { Kind: HoconScalarKind.Boolean or HoconScalarKind.String } scalar ? scalar.Text : "";
        result = text is "true" or "yes" or "on";
        return result || text is "false" or "no" or "off";
    }
}
