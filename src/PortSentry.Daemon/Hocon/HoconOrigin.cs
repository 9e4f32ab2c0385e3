using System.Globalization;

namespace PortSentry.Daemon.Hocon;

/// <summary>Where a key or value was written: a file (or another source's name), a line and a column in UTF-16 units, both from 1.</summary>
public readonly record struct HoconOrigin(string Source, int Line, int Column)
{
    /// <summary><c>source:line:column</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Source}:{Line}:{Column}");
}
