namespace PortSentry.Engine.Actor;

/// <summary>
/// An actor's children by name. Locked, because the guardian's children are made, and selections walk, from any
/// thread; an actor's own use never contends.
/// </summary>
internal sealed class Children
{
    private readonly Dictionary<string, ActorCell> _byName = [];
    private readonly Lock _lock = new();
    private int _dying;
    private long _names;
    private bool _closed;

    /// <summary>Children that were told to stop and have not confirmed it.</summary>
    public bool AnyDying { get { lock (_lock) return _dying > 0; } }

    public bool IsEmpty { get { lock (_lock) return _byName.Count == 0; } }

    public ActorCell Add(ActorCell parent, Props props, string? name)
    {
        if (name is not null && !ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(name.Length == 0
                ? "Actor name must not be empty."
                : $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters and can only contain these special characters: \"-_.*$+:@&=,!~';()\".");
        }

        lock (_lock)
        {
            if (_closed) throw new InvalidOperationException("Cannot create child while terminating or terminated");
            name ??= NextName();
            var cell = new ActorCell(parent.System, props, parent, name);
            if (!_byName.TryAdd(name, cell)) throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            return cell;
        }
    }

    public ActorCell? Find(string name)
    {
        lock (_lock) return _byName.GetValueOrDefault(name);
    }

    public ActorCell[] All()
    {
        lock (_lock) return [.. _byName.Values];
    }

    public bool Contains(ActorCell child)
    {
        lock (_lock) return Mine(child);
    }

    /// <summary>The child shall die: it counts as dying until <see cref="Remove"/>.</summary>
    public void MarkDying(ActorCell child)
    {
        lock (_lock)
        {
            if (!Mine(child) || child.IsMarkedDying) return;
            child.IsMarkedDying = true;
            _dying++;
        }
    }

    public bool Remove(ActorCell child)
    {
        lock (_lock)
        {
            if (!Mine(child)) return false;
            if (child.IsMarkedDying) _dying--;
            return _byName.Remove(child.Name);
        }
    }

    /// <summary>No child can be made any more.</summary>
    public void Close()
    {
        lock (_lock) _closed = true;
    }

    private bool Mine(ActorCell child) => _byName.TryGetValue(child.Name, out var found) && ReferenceEquals(found, child);

    // Akka.NET's names: "$" and the counter in base 64, least significant digit first.
    private string NextName()
    {
        const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        Span<char> text = stackalloc char[13];
        text[0] = '$';
        var length = 1;
        var rest = _names++;
        do
        {
            text[length++] = Digits[(int)(rest & 63)];
            rest >>= 6;
        }
        while (rest > 0);
        return new string(text[..length]);
    }
}
