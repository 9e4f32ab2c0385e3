using System.Diagnostics.CodeAnalysis;

namespace PortSentry.Engine.Actor;

/// <summary>
/// The name of an actor from the root down, <c>akka://system/user/parent/child</c>, with the uid that tells one
/// incarnation from the next. Paths are equal when their elements are; the uid is not part of it.
/// </summary>
public sealed class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    private readonly string _system;

    internal ActorPath(string system)
    {
        _system = system;
        Name = "";
    }

    internal ActorPath(ActorPath parent, string name, long uid)
    {
        _system = parent._system;
        Parent = parent;
        Name = name;
        Uid = uid;
    }

    public string Name { get; }

    /// <summary>The root is its own parent.</summary>
    [field: AllowNull]
    public ActorPath Parent { get => field ?? this; }

    public long Uid { get; }

    public ActorPath Root => IsRoot ? this : Parent.Root;

    private bool IsRoot => ReferenceEquals(Parent, this);

    /// <summary>The names below the root, outermost first.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            var names = new List<string>();
            for (var path = this; !path.IsRoot; path = path.Parent) names.Insert(0, path.Name);
            return names;
        }
    }

    public ActorPath Child(string childName) => new(this, childName, 0);

    public static ActorPath operator /(ActorPath path, string name) => path.Child(name);

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name) => name.Aggregate(path, (p, n) => p / n);

    public string ToStringWithoutAddress() => IsRoot ? "/" : "/" + string.Join('/', Elements);

    public override string ToString() => $"akka://{_system}{ToStringWithoutAddress()}";

    public bool Equals(ActorPath? other) =>
        other is not null && (ReferenceEquals(this, other)
            || (Name == other.Name && _system == other._system && IsRoot == other.IsRoot && (IsRoot || Parent.Equals(other.Parent))));

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Name, IsRoot ? 0 : Parent.GetHashCode());

    public int CompareTo(ActorPath? other) => string.CompareOrdinal(ToString(), other?.ToString());

    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);

    /// <summary>The characters Akka.NET allows in a name: letters, digits and <c>-_.*$+:@&amp;=,!~';()</c>; not a leading <c>$</c>.</summary>
    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$') return false;
        foreach (var c in s)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"-_.*$+:@&=,!~';()".Contains(c, StringComparison.Ordinal)) return false;
        }

        return true;
    }
}
