using System.Globalization;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Configuration;

/// <summary>
/// An object of the configuration while it is bound. Each key that is asked for is a known one; <see cref="Finish"/> reports the others.
/// A wrong value is reported and stood in for, so that one reading finds all problems; the caller throws the result away then.
/// </summary>
internal sealed class Section(HoconObject tree, string path, List<ConfigurationProblem> problems)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public HoconObject Tree { get; } = tree;

    public double Number(string key, double least, double most) => Read(key, Ranged(least, most), 0, (HoconValue v, out double r) =>
        NumberReader.TryRead(v, out r) && r >= least && r <= most);

    public int Whole(string key, int least, int most) => Read(key, "a whole number, " + Ranged(least, most), 0, (HoconValue v, out int r) =>
    {
        r = 0;
        if (!NumberReader.TryRead(v, out long whole) || whole < least || whole > most) return false;
        r = (int)whole;
        return true;
    });

    /// <summary>Null is auto.</summary>
    public int? WholeOrAuto(string key, int least, int most) => Read<int?>(key, "auto, or a whole number, " + Ranged(least, most), null, (HoconValue v, out int? r) =>
    {
        r = null;
        if (v is HoconScalar { Text: "auto" }) return true;
        if (!NumberReader.TryRead(v, out long whole) || whole < least || whole > most) return false;
        r = (int)whole;
        return true;
    });

    public bool Switch(string key) => Read(key, "on or off", false, (HoconValue v, out bool r) => BooleanReader.TryRead(v, out r));

    /// <summary>A unit is asked for: HOCON would take 600 for 600 ms where its writer meant seconds.</summary>
    public TimeSpan Duration(string key, TimeSpan least, TimeSpan most) =>
        Read(key, $"a number with a unit (ms, s, m, h, d), {DurationText.Of(least)} to {DurationText.Of(most)}", default, (HoconValue v, out TimeSpan r) =>
            DurationReader.TryRead(v, out r) && r >= least && r <= most && (r == TimeSpan.Zero || char.IsLetter(((HoconScalar)v).Text.Trim()[^1])));

    public long Size(string key, long least, long most) =>
        Read(key, $"a number of bytes or with a unit (KiB, MiB, MB), {SizeText.Of(least)} to {SizeText.Of(most)}", 0L, (HoconValue v, out long r) =>
            SizeReader.TryRead(v, out r) && r >= least && r <= most);

    public string Text(string key, string valid = "text", Func<string, bool>? accepts = null) => Read(key, valid, "", (HoconValue v, out string r) =>
    {
        r = v is HoconScalar { Kind: not HoconScalarKind.Null } scalar ? scalar.Text : "\0";
        return r != "\0" && (accepts?.Invoke(r) ?? true);
    });

    /// <summary>An empty text is none.</summary>
    public string? PathOrNone(string key) =>
        Text(key, "an absolute path, or \"\" for none", t => t.Length == 0 || (Path.IsPathFullyQualified(t) && !t.Contains('\0', StringComparison.Ordinal))) is { Length: > 0 } text ? text : null;

    public T Choice<T>(string key, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var table = choices.ToArray();
        return Read(key, string.Join(", ", table.Select(c => c.Word)), table[0].Value, (HoconValue v, out T r) =>
        {
            var word = v is HoconScalar scalar ? scalar.Text : "";

            // "off" and "false" are one value to HOCON's readers, so they are one here.
            var at = Array.FindIndex(table, c => c.Word == word || (BooleanReader.TryRead(v, out var flag) && c.Word == (flag ? "on" : "off")));
            r = table[Math.Max(at, 0)].Value;
            return at >= 0;
        });
    }

    public IReadOnlyList<string> Texts(string key, string valid, Func<string, bool> accepts) =>
        List(key, valid, (HoconValue v, out string r) =>
        {
            r = v is HoconScalar { Kind: not HoconScalarKind.Null } scalar ? scalar.Text : "";
            return r.Length > 0 && accepts(r);
        });

    public IReadOnlyList<Prefix> Prefixes(string key) =>
        List(key, "addresses or prefixes such as \"192.0.2.0/24\" or \"2001:db8::/32\"", (HoconValue v, out Prefix r) =>
        {
            r = default;
            return v is HoconScalar scalar && Prefix.TryParse(scalar.Text, out r);
        });

    public IReadOnlyList<PortRange> Ports(string key) => List<PortRange>(key, "ports from 0 to 65535 and ranges such as \"10-20\"", PortRangeReader.TryRead);

    /// <summary>A single value counts as a list of one.</summary>
    public IReadOnlyList<T> List<T>(string key, string valid, TryRead<T> read)
    {
        if (Find(key, "a list: " + valid) is not { } field) return [];
        var items = field.Value switch
        {
            HoconArray array => array.Items,
            HoconScalar scalar => [scalar],
            _ => null,
        };
        if (items is null)
        {
            Problem(field.Value.Origin, key, $"{field.Value.Described} is no list", valid);
            return [];
        }

        var result = new List<T>();
        foreach (var item in items)
        {
            if (read(item, out var value)) result.Add(value);
            else Problem(item.Origin, key, $"{item.Described} does not belong there", valid);
        }

        return result;
    }

    public Section Inner(string key)
    {
        var inner = Find(key, "an object { … }")?.Value;
        if (inner is HoconObject o) return new Section(o, $"{path}.{HoconText.Key(key)}", problems);
        if (inner is not null) Problem(inner.Origin, key, $"{inner.Described} where a section stands", "an object { … }");

        // Stood in for by nothing, and without a second report of its missing keys.
        return new Section(new HoconObject([], Tree.Origin), $"{path}.{HoconText.Key(key)}", []);
    }

    /// <summary>Declares a key that somebody else reads.</summary>
    public HoconField? Optional(string key)
    {
        _known.Add(key);
        return Tree.TryGet(key, out var field) ? field : null;
    }

    public void Problem(HoconOrigin origin, string key, string problem, string? valid) =>
        problems.Add(new ConfigurationProblem(origin, $"{path}.{HoconText.Key(key)}", problem, valid));

    /// <summary>At the value of a key of this section, for what two keys together make wrong.</summary>
    public void ProblemAt(string key, string problem, string? valid)
    {
        if (Tree.TryGet(key, out var field)) Problem(field.Value.Origin, key, problem, valid);
    }

    /// <summary>
    /// For two keys that contradict each other: at the one that somebody wrote, where the other is the built-in one. What only stands in
    /// for a wrong value contradicts nothing.
    /// </summary>
    public void ProblemBetween(string key, string other, string problem, string? valid)
    {
        if (IsWrong(key) || IsWrong(other)) return;
        ProblemAt(IsBuiltIn(key) && !IsBuiltIn(other) ? other : key, problem, valid);
    }

    /// <summary>Reports the keys that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var field in Tree.Fields)
        {
            if (_known.Contains(field.Key)) continue;
            var near = Nearest.To(field.Key, _known);
            Problem(field.Origin, field.Key, near is null ? "unknown key" : $"unknown key; did you mean {near}?", string.Join(", ", _known.Order(StringComparer.Ordinal)));
        }
    }

    public T Read<T>(string key, string valid, T otherwise, TryRead<T> read)
    {
        if (Find(key, valid) is not { } field) return otherwise;
        if (read(field.Value, out var value)) return value;
        Problem(field.Value.Origin, key, $"{field.Value.Described} is not valid", valid);
        return otherwise;
    }

    private bool IsWrong(string key) => problems.Exists(problem => problem.Key == $"{path}.{HoconText.Key(key)}");

    private bool IsBuiltIn(string key) => Tree.TryGet(key, out var field) && field.Value.Origin.Source == ConfigurationLoader.BuiltIn;

    private HoconField? Find(string key, string valid)
    {
        _known.Add(key);
        if (Tree.TryGet(key, out var field)) return field;
        problems.Add(new ConfigurationProblem(Tree.Origin, $"{path}.{key}", "missing", valid));
        return null;
    }

    private static string Ranged(double least, double most) => string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
}

internal delegate bool TryRead<T>(HoconValue value, out T result);
