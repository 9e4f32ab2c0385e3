namespace PortSentry.Daemon.Hocon;

public sealed class HoconArray(IReadOnlyList<HoconValue> items, HoconOrigin origin) : HoconValue(origin)
{
    public IReadOnlyList<HoconValue> Items { get; } = items;

    public override int Count { get; } = 1 + items.Sum(i => i.Count);

    public override string Described => "a list";
}
