namespace PortSentry.Daemon.Reports;

/// <summary>One block in force, as <c>blocked</c> prints it. JSON names are the camel-case of these; fields are added, never renamed.</summary>
/// <param name="Until">ISO 8601, null for good.</param>
public sealed record BlockReport(
    string Target, string Since, string? Until, string By, string Reason, bool Proven, int Offence, bool Confirmed, string Protocol, int Port);

/// <summary>One line of <c>history</c>.</summary>
public sealed record HistoryReport(string At, string Target, string Event, string Text);

/// <summary>One fact of <c>why</c>.</summary>
/// <param name="Weight">In failures of the sequential test.</param>
/// <param name="Ratio">The running likelihood ratio after it.</param>
public sealed record FactReport(
    string At, string Source, string Destination, string Protocol, int Port, string Kind, string Outcome, string[] Traits, double Weight, double Ratio, bool Crossed);

/// <summary>What <c>why</c> prints.</summary>
/// <param name="Ratio">Now, decayed.</param>
/// <param name="Threshold">Above it a source is a scanner.</param>
public sealed record WhyReport(
    string Source, bool Scanner, string Verdict, string[] Kinds, string? Shape, double Ratio, double Threshold, bool Proven, long FactCount,
    string[] Addresses, FactReport[] Facts, BlockReport? Block)
{
    /// <summary>Who scanned together with it: decoys of one scanner, or several with one list.</summary>
    public string[] Group { get; init; } = [];
}

public sealed record InterfaceReport(
    string Name, bool Watching, string? Error, long Packets, long DroppedByKernel, long DroppedByInterface, long Malformed, long Facts,
    long Withheld, long CutOff, long Ignored, long Evicted, long JudgedEarly, bool Flood, int Contacts, int Sources, int Loud);

public sealed record PartReport(string Name, bool Ok, string? Error, long Calls, long Failures)
{
    /// <summary>Null where it answered no verdict yet, or does not block.</summary>
    public ReactionReport? Reaction { get; init; }
}

/// <summary>Milliseconds from the deciding packet until the block was in force, of the newest blocks.</summary>
public sealed record ReactionReport(int Blocks, double Median, double P90, double P99, double Longest);

/// <summary>Resident memory in MiB: now, and what the configuration lets it grow to.</summary>
public sealed record MemoryReport(long Resident, long Most);

/// <summary>What <c>status</c> prints.</summary>
public sealed record StatusReport(
    string Version, int Pid, string Started, bool Enforcing, InterfaceReport[] Interfaces, PartReport[] Responders, PartReport[] Reporters,
    PartReport Journal, int BlocksInForce, int SourcesInMemory, string[] Faults)
{
    public MemoryReport? Memory { get; init; }
}
