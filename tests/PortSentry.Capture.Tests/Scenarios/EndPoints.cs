using System.Globalization;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>
/// One side of a packet line: <c>10.0.0.1</c>, <c>10.0.0.1-20:445</c>, <c>10.0.0.1:22,80,7000-7010</c>, <c>[fd00::1]:22</c>,
/// <c>10.0.0.9:40000+</c> (the port goes up with each turn). A range of addresses counts the last 16 bits up.
/// </summary>
internal sealed record EndPoints(IReadOnlyList<Address> Addresses, IReadOnlyList<ushort> Ports, bool Climbs)
{
    public static EndPoints Parse(string text)
    {
        var (host, ports) = Split(text);
        var climbs = ports.EndsWith('+');
        return new EndPoints(Range(host), ports.Length == 0 ? [0] : [.. ports.TrimEnd('+').Split(',').SelectMany(PortRange)], climbs);
    }

    private static (string Host, string Ports) Split(string text)
    {
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            return (text[1..end], text[(end + 1)..].TrimStart(':'));
        }
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || text.Count(':') > 1 ? (text, "") : (text[..colon], text[(colon + 1)..]);
    }

    private static List<Address> Range(string host)
    {
        var dash = host.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0) return [Address.Parse(host)];
        var first = Address.Parse(host.AsSpan(0, dash));
        var last = first.IsV4
            ? (first.V4 & ~0xFFu) + uint.Parse(host[(dash + 1)..], CultureInfo.InvariantCulture)
            : (uint)(first.Bits & ~(UInt128)0xFFFF) + uint.Parse(host[(dash + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var count = last - (uint)first.Bits + 1;
        return [.. Enumerable.Range(0, (int)count).Select(step => new Address(first.Bits + (uint)step))];
    }

    private static IEnumerable<ushort> PortRange(string text)
    {
        var ends = text.Split('-').Select(static end => ushort.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1).Select(static port => (ushort)port);
    }
}
