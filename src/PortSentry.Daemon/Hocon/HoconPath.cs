using System.Text;

namespace PortSentry.Daemon.Hocon;

/// <summary>Path expressions (HOCON.md): dots outside quotes separate, anything inside quotes does not.</summary>
internal static class HoconPath
{
    /// <param name="tokens">Quoted, unquoted and blank tokens only, at least one of them not blank.</param>
    /// <exception cref="HoconException">An empty element that is not written as "", or more elements than the depth allows.</exception>
    public static string[] Read(ReadOnlySpan<HoconToken> tokens, HoconOrigin origin, HoconLimits limits)
    {
        while (tokens is [{ Kind: HoconTokenKind.Blank }, ..]) tokens = tokens[1..];
        while (tokens is [.., { Kind: HoconTokenKind.Blank }]) tokens = tokens[..^1];
        var elements = new List<string>();
        var element = new StringBuilder();
        var quoted = false;
        foreach (var token in tokens)
        {
            if (token.Kind == HoconTokenKind.Quoted) quoted = true;
            if (token.Kind != HoconTokenKind.Unquoted)
            {
                element.Append(token.Text);
                continue;
            }

            foreach (var c in token.Text)
            {
                if (c == '.') EndElement();
                else element.Append(c);
            }
        }

        EndElement();
        return [.. elements];

        void EndElement()
        {
            if (element.Length == 0 && !quoted)
                throw new HoconException(origin, null, "a path with an empty element (a dot at its start or end, or two dots together)", "\"\" for an element that is really empty");
            if (elements.Count >= limits.Depth) throw new HoconException(origin, null, $"a path of more than {limits.Depth} elements");
            elements.Add(element.ToString());
            element.Clear();
            quoted = false;
        }
    }

    /// <summary>As it would be written: elements that need it are quoted.</summary>
    public static string Join(ReadOnlySpan<string> path)
    {
        var text = new StringBuilder();
        foreach (var element in path) text.Append(text.Length == 0 ? "" : ".").Append(HoconText.Key(element));
        return text.ToString();
    }
}
