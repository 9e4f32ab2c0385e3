using System.Text.Json;

namespace PortSentry.EndToEnd.Lab;

/// <summary>What a sub-command printed with `--format json`: one object, an array, or an object a line.</summary>
internal sealed record JsonAnswer(IReadOnlyList<JsonElement> Entries, string Text)
{
    public static JsonAnswer Parse(string text)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        var entries = new List<JsonElement>();
        while (reader.Read())
        {
            var value = JsonElement.ParseValue(ref reader);
            if (value.ValueKind == JsonValueKind.Array) entries.AddRange(value.EnumerateArray());
            else entries.Add(value);
        }
        return new JsonAnswer(entries, text);
    }

    /// <summary>True where some string in it, at any depth, is this one.</summary>
    public bool Says(string value) => Entries.Any(entry => Strings(entry).Contains(value));

    /// <summary>True where some string in it is this address, or a prefix that holds it.</summary>
    public bool Names(string address) => Entries.Any(entry => Strings(entry).Any(text => Cover.Holds(text, address)));

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Strings(member.Value)),
        _ => [],
    };
}
