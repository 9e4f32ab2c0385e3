namespace PortSentry.Daemon.Hocon;

/// <summary>A value of the resolved tree. Trees are immutable and may share nodes.</summary>
public abstract class HoconValue
{
    private protected HoconValue(HoconOrigin origin) => Origin = origin;

    public HoconOrigin Origin { get; }

    /// <summary>Values in this subtree, itself included.</summary>
    public abstract int Count { get; }

    /// <summary>What the value is, for messages: <c>a number</c>, <c>a list</c>, …</summary>
    public abstract string Described { get; }
}
