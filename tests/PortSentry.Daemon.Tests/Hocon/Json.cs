using System.Text;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Hocon;

/// <summary>Short ways to read a text and to write what came of it as compact JSON.</summary>
internal static class Json
{
    public static HoconLoader Loader(FakeFiles? files = null, Dictionary<string, string>? environment = null, HoconLimits? limits = null) =>
        new(files ?? [], name => environment?.GetValueOrDefault(name), limits ?? HoconLimits.Default);

    public static string Of(string text, FakeFiles? files = null, Dictionary<string, string>? environment = null) =>
        Of(Loader(files, environment).Parse(new HoconSource("test.conf", text, "/etc")));

    public static HoconException Error(string text, FakeFiles? files = null, HoconLimits? limits = null) =>
        Assert.Throws<HoconException>(() => Loader(files, limits: limits).Parse(new HoconSource("test.conf", text, "/etc")));

    public static string Of(HoconValue value) => value switch
    {
        HoconScalar { Kind: HoconScalarKind.String } s => HoconText.Quote(s.Text),
        HoconScalar s => s.Text,
        HoconArray a => "[" + string.Join(",", a.Items.Select(Of)) + "]",
        HoconObject o => o.Fields.Aggregate(new StringBuilder("{"), (b, f) => b.Append(b.Length > 1 ? "," : "").Append(HoconText.Quote(f.Key)).Append(':').Append(Of(f.Value))).Append('}').ToString(),
        _ => throw new ArgumentException(value.GetType().Name),
    };
}
