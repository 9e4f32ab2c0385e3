namespace PortSentry.Responders.Tripwire;

/// <summary>What waits, for who has met a closed port, until his stack asks again.</summary>
public enum Hesitation
{
    /// <summary>Nothing. A scanner is told of all ports of a service family, which are one strike.</summary>
    Off,

    /// <summary>The next closed ports: their refusals come a second late. A scanner that does not wait cannot tell them from filtered ones.</summary>
    Refusals,

    /// <summary>Services, too: a scanner that does not wait learns nothing more, and a client that erred waits a second at each of them.</summary>
    All,
}
