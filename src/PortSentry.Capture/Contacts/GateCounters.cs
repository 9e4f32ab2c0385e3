namespace PortSentry.Capture.Contacts;

/// <summary>What the gate did, for <c>status</c>. Every drop has a number.</summary>
public sealed record GateCounters
{
    public long Packets { get; set; }

    public long Malformed { get; set; }

    /// <summary>Well formed, but no IP or nothing for us.</summary>
    public long Other { get; set; }

    public long Facts { get; set; }

    /// <summary>Facts of sources with a single one, held back in a flood.</summary>
    public long Withheld { get; set; }

    /// <summary>Probes of sources already blocked.</summary>
    public long CutOff { get; set; }

    public long Ignored { get; set; }

    /// <summary>Contacts that made room for others.</summary>
    public long Evicted { get; set; }

    /// <summary>Waits judged early because too many were open.</summary>
    public long JudgedEarly { get; set; }

    public long Floods { get; set; }

    public bool InFlood { get; set; }

    /// <summary>Contacts left to the kernel because they repeat themselves thousands of times a second.</summary>
    public int Loud { get; set; }

    public int Contacts { get; set; }

    public int Sources { get; set; }
}
