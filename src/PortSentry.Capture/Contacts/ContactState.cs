namespace PortSentry.Capture.Contacts;

/// <summary>How far a first contact has come.</summary>
public enum ContactState : byte
{
    Free,

    /// <summary>Asked; no answer yet.</summary>
    Asked,

    /// <summary>A bare ACK or FIN+ACK of no known connection; only a RST makes it evidence.</summary>
    Stray,

    /// <summary>SYN-ACK (or INIT-ACK) seen.</summary>
    Answered,

    /// <summary>The source's ACK, or what can only follow it, was seen.</summary>
    Connected,

    /// <summary>Carried data or closed in order.</summary>
    Served,

    /// <summary>Evidence was given.</summary>
    Failed,

    /// <summary>Nothing to be learnt: began before the capture, aborted by the server, a socket that stays silent.</summary>
    Neutral,
}

[Flags]
internal enum ContactFlags : byte
{
    None = 0,

    /// <summary>Destination not guarded, or source not suspected: kept only to know answers from probes.</summary>
    Unwatched = 1,
    Proven = 2,

    /// <summary>Held back by the gate: the fact was not passed on yet.</summary>
    Held = 4,

    // The high half counts answers: ContactEntry.Answers.
}
