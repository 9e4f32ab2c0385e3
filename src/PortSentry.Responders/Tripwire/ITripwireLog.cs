namespace PortSentry.Responders.Tripwire;

/// <summary>What the tripwire reports. One thread at a time runs it.</summary>
public interface ITripwireLog : IDisposable
{
    /// <summary>Reports that the kernel dropped because nobody took them fast enough, as far as it tells.</summary>
    long Lost { get; }

    /// <summary>Hands over every report until <paramref name="stop"/> is cancelled or <paramref name="isRelieved"/>, which is asked where none waits.</summary>
    /// <exception cref="IOException">The log is gone: open it anew.</exception>
    void Run(TripwireReport report, Func<bool> isRelieved, CancellationToken stop);
}

/// <param name="isHold">The sender is held from this packet on; else it is a first contact that went through.</param>
/// <param name="packet">The IP packet from its header on, cut at 128 bytes. Valid during the call only.</param>
public delegate void TripwireReport(bool isHold, ReadOnlySpan<byte> packet);
