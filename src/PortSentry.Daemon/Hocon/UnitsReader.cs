using System.Globalization;

namespace PortSentry.Daemon.Hocon;

/// <summary>HOCON.md "Units format": blanks, a number, blanks, letters, blanks.</summary>
internal static class UnitsReader
{
    /// <param name="unit">Empty where none is written.</param>
    public static bool TryRead(HoconValue value, out decimal number, out string unit)
    {
        number = 0;
        unit = "";
        if (value is not HoconScalar { Kind: HoconScalarKind.Number or HoconScalarKind.String } scalar) return false;
        var text = scalar.Text.AsSpan().Trim();
        var end = text.Length;
        while (end > 0 && char.IsLetter(text[end - 1])) end--;
        unit = text[end..].ToString();
        var digits = text[..end].TrimEnd();
        return HoconScalarText.IsNumber(digits) && decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
