using System.Collections;
using System.Reflection;
using System.Text;
using PortSentry.Daemon.Hocon;
using PortSentry.Responders;

namespace PortSentry.Daemon.Configuration;

/// <summary>
/// Binds a section to an options record by its convention (<see cref="IResponderOptions"/>): each public property is a key in kebab-case;
/// a key that is absent keeps the record's default; ranges are the record's own <see cref="IResponderOptions.Check"/>.
/// </summary>
internal static class RecordSection
{
    /// <param name="used">False: what is empty is not missed, since a responder that is not listed may lack what it needs.</param>
    public static void Bind(Section section, IResponderOptions options, bool used = true)
    {
        foreach (var property in Properties(options.GetType()))
        {
            var key = Key(property.Name);
            if (section.Optional(key) is not null) property.SetValue(options, Read(section, key, property.PropertyType, property.GetValue(options)));
        }

        foreach (var problem in options.Check())
        {
            var field = section.Optional(problem.Key);
            if (!used && field?.Value is null or HoconScalar { Text: "" }) continue;
            if (field is not null) section.Problem(field.Value.Origin, problem.Key, $"{field.Value.Described} is not valid", problem.Valid);
            else section.Problem(section.Tree.Origin, problem.Key, "not set", problem.Valid);
        }

        section.Finish();
    }

    /// <summary>The properties that are keys.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0);

    /// <summary>The same kind with the same values, lists by what is in them.</summary>
    public static bool AreSame(IResponderOptions one, IResponderOptions other) => one.GetType() == other.GetType() && Properties(one.GetType()).All(property =>
        (property.GetValue(one), property.GetValue(other)) is (IEnumerable<string> a, IEnumerable<string> b)
            ? a.SequenceEqual(b)
            : Equals(property.GetValue(one), property.GetValue(other)));

    /// <summary>MaxAddresses is max-addresses.</summary>
    public static string Key(string property)
    {
        var key = new StringBuilder();
        foreach (var c in property)
        {
            if (char.IsAsciiLetterUpper(c) && key.Length > 0) key.Append('-');
            key.Append(char.ToLowerInvariant(c));
        }

        return key.ToString();
    }

    private static object? Read(Section section, string key, Type type, object? current)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (type != plain && section.Optional(key)?.Value is HoconScalar { Kind: HoconScalarKind.Null } or HoconScalar { Text: "" }) return null;
        if (plain == typeof(bool)) return section.Switch(key);
        if (plain == typeof(int)) return section.Whole(key, int.MinValue, int.MaxValue);
        if (plain == typeof(long)) return section.Size(key, 0, long.MaxValue);
        if (plain == typeof(double)) return section.Number(key, double.MinValue, double.MaxValue);
        if (plain == typeof(TimeSpan)) return section.Duration(key, TimeSpan.Zero, TimeSpan.FromDays(3650));
        if (plain == typeof(string)) return section.Text(key);
        if (plain.IsAssignableFrom(typeof(string[])) && typeof(IEnumerable).IsAssignableFrom(plain)) return section.Texts(key, "texts", static _ => true).ToArray();
        if (plain.IsEnum)
        {
            (string, object)[] choices = [.. Enum.GetNames(plain).Select(n => (Key(n), Enum.Parse(plain, n)))];
            return section.Choice<object>(key, choices);
        }

        throw new NotSupportedException($"{section.Tree.Origin}: {key} is a {plain.Name} (now {current}), which {nameof(RecordSection)} cannot read yet.");
    }
}
