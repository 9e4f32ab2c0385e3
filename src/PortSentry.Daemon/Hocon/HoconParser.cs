using System.Text;

namespace PortSentry.Daemon.Hocon;

/// <summary>Tokens of one source to the unresolved tree; included files are parsed into the object that includes them.</summary>
internal sealed class HoconParser
{
    private readonly HoconSource _source;
    private readonly IncludeReader _includes;
    private readonly HoconLimits _limits;
    private readonly string[] _chain;
    private readonly int _prefix;
    private readonly HoconToken[] _tokens;

    // The key path from the root of the whole configuration to the object being parsed; inside arrays nothing can be addressed, so it stays.
    private readonly List<string> _path;
    private int _at;
    private int _depth;

    private HoconParser(HoconSource source, IncludeReader includes, HoconLimits limits, string[] chain, List<string> path, int depth)
    {
        _source = source;
        _includes = includes;
        _limits = limits;
        _chain = chain;
        _path = path;
        _prefix = path.Count;
        _depth = depth;
        if (source.Text.Length > limits.SourceLength)
            throw new HoconException(new HoconOrigin(source.Name, 1, 1), null, $"longer than {limits.SourceLength} characters");
        _tokens = [.. HoconLexer.Read(source.Name, source.Text)];
    }

    private HoconToken Current => _tokens[_at];

    /// <exception cref="HoconException">Anything that is not HOCON.</exception>
    public static HoconNode Parse(HoconSource source, IncludeReader includes, HoconLimits limits)
    {
        var parser = new HoconParser(source, includes, limits, [source.Name], [], 0);
        parser.SkipBlanksAndNewlines();
        if (parser.Current.Kind != HoconTokenKind.BracketOpen)
        {
            var root = new ObjectNode(parser.Origin(parser.Current));
            parser.ParseRoot(root);
            return root;
        }

        var array = parser.ParseArray();
        parser.ExpectEnd();
        return array;
    }

    /// <summary>Adds the source's fields on top of what the target has.</summary>
    /// <exception cref="HoconException">Anything that is not HOCON, or an array as the root.</exception>
    public static void ParseInto(ObjectNode target, HoconSource source, IncludeReader includes, HoconLimits limits) =>
        new HoconParser(source, includes, limits, [source.Name], [], 0).ParseRoot(target);

    private void ParseRoot(ObjectNode target)
    {
        SkipBlanksAndNewlines();
        switch (Current.Kind)
        {
            case HoconTokenKind.BracketOpen:
                throw Error(Current, "a list as the root", "fields, such as portsentry { … }");
            case HoconTokenKind.BraceOpen:
                _at++;
                ParseFields(target, HoconTokenKind.BraceClose);
                ExpectEnd();
                break;
            default:
                ParseFields(target, HoconTokenKind.End);
                break;
        }
    }

    private void ExpectEnd()
    {
        SkipBlanksAndNewlines();
        if (Current.Kind != HoconTokenKind.End) throw Error(Current, $"{Current.Described} after the closing bracket of the whole file", "nothing more, or a comment");
    }

    private void ParseFields(ObjectNode target, HoconTokenKind closing)
    {
        while (true)
        {
            SkipBlanksAndNewlines();
            if (Current.Kind == closing)
            {
                if (closing != HoconTokenKind.End) _at++;
                return;
            }

            switch (Current.Kind)
            {
                case HoconTokenKind.Comma:
                    throw Error(Current, "a comma with no field before it", "one comma or line end between fields");
                case HoconTokenKind.BraceClose:
                    throw Error(Current, "a closing brace without an opening one", "balanced braces");
                case HoconTokenKind.End:
                    throw Error(Current, "the file ends inside an object", "a closing '}'");
                default:
                    if (Current is { Kind: HoconTokenKind.Unquoted, Text: "include" }) ParseInclude(target);
                    else ParseField(target);
                    break;
            }

            if (!SkipSeparator() && Current.Kind is not (HoconTokenKind.BraceClose or HoconTokenKind.End))
                throw Error(Current, $"{Current.Described} after a field", "a comma, a line end or a closing brace; text with special characters needs quotes");
        }
    }

    private void ParseField(ObjectNode target)
    {
        var start = _at;
        while (Current.Kind is HoconTokenKind.Quoted or HoconTokenKind.Unquoted or HoconTokenKind.Blank) _at++;
        var first = _tokens[start];
        var origin = Origin(first);
        if (_at == start) throw Error(first, $"{first.Described} where a key should stand", "a key, then '=' and a value");
        var path = HoconPath.Read(_tokens.AsSpan(start, _at - start), origin, _limits);
        SkipBlanksAndNewlines();
        var operation = Current;
        switch (operation.Kind)
        {
            case HoconTokenKind.BraceOpen:
                break;
            case HoconTokenKind.Colon or HoconTokenKind.Equals or HoconTokenKind.PlusEquals:
                _at++;
                break;
            default:
                throw new HoconException(origin, HoconPath.Join(path), $"a key without a value: {operation.Described} follows", "'=', ':', '+=' or '{' after a key");
        }

        Enter(first, path.Length);
        _path.AddRange(path);
        SkipBlanksAndNewlines();
        var value = ParseValue(origin, path);
        if (operation.Kind == HoconTokenKind.PlusEquals) value = new AppendNode(value, value.Origin);
        _path.RemoveRange(_path.Count - path.Length, path.Length);
        _depth -= path.Length;
        for (var i = path.Length - 1; i > 0; i--)
        {
            var outer = new ObjectNode(origin);
            outer.Add(path[i], value, origin);
            value = outer;
        }

        target.Add(path[0], value, origin);
    }

    /// <summary>Collects the parts up to the end of the value. Blanks at its ends are dropped, those between parts kept.</summary>
    private HoconNode ParseValue(HoconOrigin key, string[]? path)
    {
        var parts = new List<HoconNode>();
        var simple = true;
        while (true)
        {
            var token = Current;
            switch (token.Kind)
            {
                case HoconTokenKind.Quoted:
                    parts.Add(new ScalarNode(HoconScalarKind.String, token.Text, Origin(token)));
                    _at++;
                    continue;
                case HoconTokenKind.Unquoted:
                    parts.Add(new ScalarNode(HoconScalarText.KindOf(token.Text), token.Text, Origin(token)));
                    _at++;
                    continue;
                case HoconTokenKind.Blank:
                    parts.Add(new ScalarNode(HoconScalarKind.String, token.Text, Origin(token), blank: true));
                    _at++;
                    continue;
                case HoconTokenKind.BraceOpen:
                    simple = false;
                    parts.Add(ParseObject());
                    continue;
                case HoconTokenKind.BracketOpen:
                    simple = false;
                    parts.Add(ParseArray());
                    continue;
                case HoconTokenKind.SubstitutionOpen or HoconTokenKind.OptionalSubstitutionOpen:
                    simple = false;
                    parts.Add(ParseSubstitution());
                    continue;
                case HoconTokenKind.Colon or HoconTokenKind.Equals or HoconTokenKind.PlusEquals:
                    throw new HoconException(Origin(token), Named(path), $"'{token.Text}' inside a value", "quotes around text that holds ':' or '=', such as \"::1\"");
                default:
                    break;
            }

            break;
        }

        while (parts is [.., ScalarNode { IsBlank: true }]) parts.RemoveAt(parts.Count - 1);
        while (parts is [ScalarNode { IsBlank: true }, ..]) parts.RemoveAt(0);
        if (parts.Count == 0) throw new HoconException(key, Named(path), $"no value: {Current.Described} follows", "a value, such as 1, \"text\", [ ] or { }");
        if (parts.Count == 1) return parts[0];
        return simple ? JoinSimple(parts) : new ConcatenationNode(parts, parts[0].Origin);
    }

    private static ScalarNode JoinSimple(List<HoconNode> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts) text.Append(((ScalarNode)part).Text);
        return new ScalarNode(HoconScalarKind.String, text.ToString(), parts[0].Origin);
    }

    private ObjectNode ParseObject()
    {
        var node = new ObjectNode(Origin(Current));
        Enter(Current, 1);
        _at++;
        ParseFields(node, HoconTokenKind.BraceClose);
        _depth--;
        return node;
    }

    private ArrayNode ParseArray()
    {
        var open = Current;
        Enter(open, 1);
        _at++;
        var items = new List<HoconNode>();
        while (true)
        {
            SkipBlanksAndNewlines();
            switch (Current.Kind)
            {
                case HoconTokenKind.BracketClose:
                    _at++;
                    _depth--;
                    return new ArrayNode(items, Origin(open));
                case HoconTokenKind.Comma:
                    throw Error(Current, "a comma with no element before it", "one comma or line end between elements");
                case HoconTokenKind.End:
                    throw Error(open, "a list that is not closed", "a closing ']'");
                default:
                    items.Add(ParseValue(Origin(Current), null));
                    break;
            }

            if (!SkipSeparator() && Current.Kind != HoconTokenKind.BracketClose)
                throw Error(Current, $"{Current.Described} after a list element", "a comma, a line end or ']'; text with special characters needs quotes");
        }
    }

    private SubstitutionNode ParseSubstitution()
    {
        var open = Current;
        var start = ++_at;
        while (Current.Kind is HoconTokenKind.Quoted or HoconTokenKind.Unquoted or HoconTokenKind.Blank) _at++;
        if (Current.Kind != HoconTokenKind.BraceClose || _at == start || Array.FindIndex(_tokens, start, _at - start, t => t.Kind != HoconTokenKind.Blank) < 0)
            throw Error(open, "a substitution that is empty or not closed", "${path} or ${?path} on one line");
        var written = HoconPath.Read(_tokens.AsSpan(start, _at - start), Origin(open), _limits);
        _at++;
        string[] path = [.. _path.Take(_prefix), .. written];
        return new SubstitutionNode(path, _prefix, open.Kind == HoconTokenKind.OptionalSubstitutionOpen, Origin(open));
    }

    private void ParseInclude(ObjectNode target)
    {
        const string Valid = "include \"file\", include file(\"file\") or include required(\"file\")";
        var statement = _tokens[_at++];
        var opening = JoinUnquoted();
        if (opening is not ("" or "file(" or "required(" or "required(file(") || Current.Kind != HoconTokenKind.Quoted)
        {
            throw opening.Contains("url(", StringComparison.Ordinal) || opening.Contains("classpath(", StringComparison.Ordinal)
                ? Error(statement, "an include from a url or a classpath", Valid)
                : Error(statement, "an include without a quoted file name", Valid + "; a key of that name needs quotes: \"include\"");
        }

        var name = _tokens[_at++].Text;
        var closing = opening.Count(c => c == '(');
        while (closing > 0)
        {
            SkipBlanksAndNewlines();
            var close = Current;
            if (close.Kind != HoconTokenKind.Unquoted || close.Text.Length > closing || close.Text.AsSpan().ContainsAnyExcept(')')) throw Error(statement, "an include whose brackets do not match", Valid);
            closing -= close.Text.Length;
            _at++;
        }

        var required = opening.StartsWith("required", StringComparison.Ordinal);
        foreach (var source in _includes.Find(name, required, _source.Directory, _chain, Origin(statement)))
            new HoconParser(source, _includes, _limits, [.. _chain, source.Name], [.. _path], _depth).ParseRoot(target);
    }

    private string JoinUnquoted()
    {
        var text = new StringBuilder();
        while (Current.Kind is HoconTokenKind.Unquoted or HoconTokenKind.Blank or HoconTokenKind.Newline)
        {
            if (Current.Kind == HoconTokenKind.Unquoted) text.Append(Current.Text);
            _at++;
        }

        return text.ToString();
    }

    /// <returns>Whether a comma or a line end stood between two fields or elements.</returns>
    private bool SkipSeparator()
    {
        var start = _at;
        SkipBlanksAndNewlines();
        if (Current.Kind == HoconTokenKind.Comma)
        {
            _at++;
            return true;
        }

        return Array.FindIndex(_tokens, start, _at - start, t => t.Kind == HoconTokenKind.Newline) >= 0;
    }

    private void SkipBlanksAndNewlines()
    {
        while (Current.Kind is HoconTokenKind.Blank or HoconTokenKind.Newline) _at++;
    }

    private void Enter(HoconToken at, int levels)
    {
        _depth += levels;
        if (_depth > _limits.Depth) throw new HoconException(Origin(at), null, $"nested more than {_limits.Depth} deep");
    }

    private string? Named(string[]? path) => path is null && _path.Count == 0 ? null : HoconPath.Join([.. _path]);

    private HoconOrigin Origin(HoconToken token) => new(_source.Name, token.Line, token.Column);

    private HoconException Error(HoconToken token, string problem, string valid) =>
        new(Origin(token), _path.Count == 0 ? null : HoconPath.Join([.. _path]), problem, valid);
}
