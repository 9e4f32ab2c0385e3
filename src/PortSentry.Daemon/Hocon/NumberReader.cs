using System.Globalization;

namespace PortSentry.Daemon.Hocon;

/// <summary>Numbers by the JSON grammar, written bare or as a string.</summary>
public static class NumberReader
{
    /// <summary>Finite numbers only.</summary>
    public static bool TryRead(HoconValue value, out double result)
    {
        result = 0;
        return value is HoconScalar scalar && HoconScalarText.IsNumber(scalar.Text)
            && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out result) && double.IsFinite(result);
    }

    /// <summary>Whole numbers; 1e3 and 2.0 are whole.</summary>
    public static bool TryRead(HoconValue value, out long result)
    {
        result = 0;
        if (value is not HoconScalar scalar || !HoconScalarText.IsNumber(scalar.Text)) return false;
        if (long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out result)) return true;
        if (!TryRead(value, out double real) || real != Math.Floor(real) || Math.Abs(real) > 1L << 53) return false;
        result = (long)real;
        return true;
    }
}
