using System.Numerics;

namespace PortSentry.Capture.Contacts;

/// <summary>Bounds and waits of the gate. Defaults are those of config/portsentry.conf.</summary>
public sealed record GateOptions
{
    /// <summary>Contacts remembered, 64 bytes each, rounded up to a power of two. Under a flood the stalest leave first.</summary>
    public int MaxContacts { get; init; } = 1 << 20;

    /// <summary>Sources remembered, 32 bytes each, rounded up to a power of two.</summary>
    public int MaxSources { get; init; } = 1 << 20;

    /// <summary>How many contacts, and as many sources, fit into so many bytes: a power of two.</summary>
    public static unsafe int EntriesIn(long memory) => 1 << BitOperations.Log2((ulong)Math.Clamp(memory / (sizeof(ContactEntry) + sizeof(SourceEntry)), 1, 1 << 28));

    /// <summary>How long this host may take to answer before a contact with an unbound port has failed (a container behind DNAT may answer).</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a watched network may take, in packet time.</summary>
    public TimeSpan AnswerWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A repeat of a failed contact is a new fact after this time.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>SYN-ACKs repeated without an ACK that make a connection half-open.</summary>
    public int HalfOpenRepeats { get; init; } = 2;

    /// <summary>New sources a second above which sources with a single fact are held back.</summary>
    public int FloodSourcesPerSecond { get; init; } = 200;

    /// <summary>Share the facts of a suspected /24. Off in the classic engine, which answers addresses and nothing else.</summary>
    public bool JudgesNeighbours { get; init; } = true;

    /// <summary>Hold every single fact back that can't decide alone: right where nothing is to be remembered (a file).</summary>
    public bool HoldSingles { get; init; }
}
