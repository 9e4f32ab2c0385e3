namespace PortSentry.Actors.Classic;

/// <param name="Wanted">What the configuration asks for now; asked at the start and at each <see cref="RebindPorts"/>.</param>
/// <param name="Held">Filled with what could be bound.</param>
/// <param name="IsFriend">Own and ignored addresses: they may connect without being told of.</param>
/// <param name="Region">Takes the facts.</param>
/// <param name="Notices">Takes the lines about ports that were bound, or could not be.</param>
public sealed record BoundPortsSettings(
    Func<WantedPorts> Wanted, BoundPortSet Held, Func<Address, bool> IsFriend, IActorRef Region, IActorRef Notices, TimeProvider Time);

/// <param name="Banner">PORT_BANNER, shown to who connects by TCP; empty is none. UDP never answers: whoever forges a source would
/// have us send it to others.</param>
public sealed record WantedPorts(IReadOnlySet<ushort> Tcp, IReadOnlySet<ushort> Udp, string Banner)
{
    public static readonly WantedPorts None = new(new HashSet<ushort>(), new HashSet<ushort>(), "");
}

/// <summary>The configuration changed: ports no longer wanted are let go, new ones bound.</summary>
public sealed record RebindPorts
{
    public static readonly RebindPorts Instance = new();
}
