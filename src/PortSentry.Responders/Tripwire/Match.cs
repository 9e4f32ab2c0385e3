namespace PortSentry.Responders.Tripwire;

/// <summary>What rules of the tripwire look for (nft(8)).</summary>
internal static class Match
{
    public const string Syn = "tcp flags & (fin | syn | rst | ack) == syn";

    public const string BareRst = "tcp flags & (fin | syn | rst | ack) == rst";

    /// <summary>A socket of this host, half-open and time-wait ones too.</summary>
    public const string Socket = "socket transparent <= 1";

    /// <summary>A socket that is neither half-open nor in time-wait.</summary>
    public const string FullSocket = "socket wildcard <= 1";

    /// <summary>In an element: only the packet that made it, as long as it is there.</summary>
    public const string Once = "limit rate 1/hour burst 1 packets";
}
