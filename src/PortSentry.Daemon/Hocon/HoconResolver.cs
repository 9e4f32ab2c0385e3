using System.Globalization;

namespace PortSentry.Daemon.Hocon;

/// <summary>
/// Resolves substitutions lazily: first only what a value is at its top (<see cref="HoconHead"/>), which is all that a look-up
/// by path needs, and at the end whole values. So objects may refer to their own fields, and cycles show as a field met again.
/// </summary>
internal sealed class HoconResolver(ObjectNode root, Func<string, string?> environment, HoconLimits limits)
{
    private readonly ObjectHead _root = new([root]);
    private readonly Dictionary<HoconNode, HoconHead> _literals = [];
    private int _steps;
    private int _depth;
    private int _height;

    /// <exception cref="HoconException">An undefined substitution, a cycle, values that do not join, or a limit.</exception>
    public HoconValue Resolve(HoconNode node) =>
        Evaluate(node) is { } head ? Make(head, node.Origin) : new HoconScalar(HoconScalarKind.Null, "null", node.Origin);

    private HoconHead? Evaluate(HoconNode node)
    {
        Step(node.Origin);
        switch (node)
        {
            case SubstitutionNode substitution:
                return LookUp(substitution);
            case ConcatenationNode concatenation:
                return new HoconJoiner(Evaluate, Step, limits).Join(concatenation);
            case SlotNode slot:
                return Evaluate(slot.Slot, slot.Slot.Visible);
            default:
                if (_literals.TryGetValue(node, out var head)) return head;
                return _literals[node] = node switch
                {
                    ScalarNode scalar => new ScalarHead(scalar),
                    ArrayNode array => new ArrayHead(array.Items, array.Origin),
                    ObjectNode literal => ReferenceEquals(literal, root) ? _root : new ObjectHead([literal]),
                    _ => throw new InvalidOperationException($"A {node.GetType().Name} stands only in a field's stack."),
                };
        }
    }

    /// <summary>The lowest <paramref name="height"/> definitions of a field.</summary>
    private HoconHead? Evaluate(HoconSlot slot, int height)
    {
        if (height == 0) return null;
        if (slot.Heads.TryGetValue(height, out var known)) return known;
        var node = slot.Stack[height - 1];
        var visible = slot.Visible;
        if (++_depth > limits.EvaluationDepth) throw new HoconException(node.Origin, HoconText.Key(slot.Key), $"substitutions or definitions that rest on each other more than {limits.EvaluationDepth} deep");
        slot.Visible = Math.Min(visible, height - 1);
        HoconHead? head;
        try
        {
            head = node is AppendNode ? Append(slot, height) : Evaluate(node);
        }
        finally
        {
            slot.Visible = visible;
        }

        // Nothing here: the earlier value remains. An object: merged onto an earlier object.
        if (head is null) head = Evaluate(slot, height - 1);
        else if (node is not AppendNode && head is ObjectHead above && height > 1 && Evaluate(slot, height - 1) is ObjectHead below) head = ObjectHead.Merge(below, above);
        _depth--;
        return slot.Heads[height] = head;
    }

    /// <summary>A run of <c>+=</c> at once: a list of a thousand lines is no thousand levels deep.</summary>
    private ArrayHead Append(HoconSlot slot, int height)
    {
        var start = height;
        while (start > 0 && slot.Stack[start - 1] is AppendNode) start--;
        var items = new List<HoconNode>();
        var origin = slot.Stack[height - 1].Origin;
        var below = Evaluate(slot, start);
        if (below is ArrayHead array) items.AddRange(array.Items);
        else if (below is ObjectHead o && HoconJoiner.Numbered(o) is { } numbered) items.AddRange(numbered);
        else if (below is not null) throw new HoconException(origin, HoconText.Key(slot.Key), "'+=' on a value that is no list", "'=' to replace it, or a list before");
        for (var i = start; i < height; i++)
        {
            Step(origin);
            items.Add(((AppendNode)slot.Stack[i]).Item);
        }

        return new ArrayHead(items, origin);
    }

    private HoconHead? LookUp(SubstitutionNode node)
    {
        var lookedBack = false;
        var head = Follow(node.Path, node.Origin, ref lookedBack);
        if (head is null && node.Prefix > 0) head = Follow(node.Written, node.Origin, ref lookedBack);
        if (head is not null) return head;
        var name = string.Join('.', node.Written!);
        if (environment(name) is { } value)
        {
            if (value.Length > limits.StringLength) throw new HoconException(node.Origin, null, $"the environment variable {name} is longer than {limits.StringLength} characters");
            return new ScalarHead(new ScalarNode(HoconScalarKind.String, value, node.Origin));
        }

        if (node.IsOptional) return null;
        var written = HoconPath.Join(node.Written);
        throw lookedBack
            ? new HoconException(node.Origin, written, $"${{{written}}} leads back to itself and nothing was defined before", "an earlier definition, or ${?" + written + "}")
            : new HoconException(node.Origin, written, $"${{{written}}} is not defined, neither in the configuration nor in the environment", "a definition, or ${?" + written + "} if it may be absent");
    }

    private HoconHead? Follow(ReadOnlySpan<string> path, HoconOrigin origin, ref bool lookedBack)
    {
        HoconHead? head = _root;
        foreach (var key in path)
        {
            Step(origin);
            if (head is not ObjectHead o || o.Slot(key) is not { } slot) return null;
            if (slot.Visible < slot.Stack.Count) lookedBack = true;
            head = Evaluate(slot, slot.Visible);
        }

        return head;
    }

    private HoconValue Make(HoconHead head, HoconOrigin user)
    {
        if (head.Value is { } made) return made;
        Step(user);
        if (head is ScalarHead { Node: var scalar }) return head.Value = new HoconScalar(scalar.Kind, scalar.Text, scalar.Origin);
        if (head.InProgress) throw new HoconException(user, null, "a value that contains itself");
        if (++_height > 2 * limits.Depth) throw new HoconException(user, null, $"values nested more than {2 * limits.Depth} deep; perhaps one contains itself");
        head.InProgress = true;
        head.Value = head is ArrayHead array ? MakeArray(array) : MakeObject((ObjectHead)head);
        head.InProgress = false;
        _height--;
        return head.Value.Count <= limits.Values && head.Value.Count > 0 ? head.Value : throw new HoconException(user, null, $"more than {limits.Values} values");
    }

    private HoconArray MakeArray(ArrayHead array)
    {
        var items = new List<HoconValue>(array.Items.Count);
        foreach (var node in array.Items)
        {
            if (Evaluate(node) is not { } head) continue;

            // An optional substitution that leads back here counts as missing, as it does in a field.
            if (head.InProgress && node is SubstitutionNode { IsOptional: true }) continue;
            items.Add(Make(head, node.Origin));
        }

        return new HoconArray(items, array.Origin);
    }

    private HoconObject MakeObject(ObjectHead o)
    {
        var fields = new List<HoconField>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in o.Layers)
        {
            foreach (var key in layer.Fields.Keys)
            {
                if (!seen.Add(key)) continue;
                var slot = o.Slot(key)!;
                if (Evaluate(slot, slot.Visible) is { } head) fields.Add(new HoconField(key, Make(head, slot.Stack[^1].Origin), slot.Origin));
            }
        }

        return new HoconObject(fields, o.Origin);
    }

    private void Step(HoconOrigin origin)
    {
        if (++_steps > limits.Steps) throw new HoconException(origin, null, string.Create(CultureInfo.InvariantCulture, $"substitutions multiply: more than {limits.Steps} steps to resolve"));
    }
}
