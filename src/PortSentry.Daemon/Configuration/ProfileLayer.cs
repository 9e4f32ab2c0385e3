using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Configuration;

/// <summary>Puts the chosen set of portsentry.profiles under what is written directly, so that a key set by hand wins.</summary>
internal static class ProfileLayer
{
    public const string Sets = "profiles";

    public static HoconObject Apply(HoconObject written, string path, List<ConfigurationProblem> problems)
    {
        if (written.Find(Sets) is not HoconObject sets || written.Find("profile") is not HoconScalar chosen) return written;
        if (sets.Find(chosen.Text) is HoconObject set) return Merge(set, written);
        var near = Nearest.To(chosen.Text, sets.Fields.Select(f => f.Key));
        problems.Add(new ConfigurationProblem(chosen.Origin, path + ".profile", near is null ? "no such profile" : $"no such profile; did you mean {near}?", string.Join(", ", sets.Fields.Select(f => f.Key))));

        // The rest is still checked, with the default profile in its place.
        return sets.Find("default") is HoconObject otherwise ? Merge(otherwise, written) : written;
    }

    private static HoconObject Merge(HoconObject below, HoconObject above)
    {
        var fields = new List<HoconField>();
        foreach (var field in above.Fields)
        {
            if (field.Value is HoconObject a && below.TryGet(field.Key, out var under) && under.Value is HoconObject b) fields.Add(field with { Value = Merge(b, a) });
            else fields.Add(field);
        }

        fields.AddRange(below.Fields.Where(f => !above.TryGet(f.Key, out _)));
        return new HoconObject(fields, above.Origin);
    }
}
