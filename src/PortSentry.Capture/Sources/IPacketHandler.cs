using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Sources;

/// <summary>Takes frames on the capture thread. Implement it as a sealed class, or as a struct to have the call inlined.</summary>
public interface IPacketHandler
{
    /// <summary>An answer of <see cref="Idle"/>: Run is to return at once; another thread will call it anew.</summary>
    const long Leave = long.MinValue;

    /// <param name="timestampNanoseconds">Since the Unix epoch, UTC; never negative.</param>
    /// <param name="frame">Valid during the call only.</param>
    /// <param name="originalLength">Length on the wire in bytes, as the capture says.</param>
    void Handle(LinkType link, long timestampNanoseconds, ReadOnlySpan<byte> frame, int originalLength);

    /// <summary>
    /// A live source calls this after each batch and when what was asked for is due, so that timers run. Never for files: their clock is
    /// the packets' own.
    /// </summary>
    /// <returns>When to be called again at the latest, the source may call sooner; or <see cref="Leave"/>.</returns>
    long Idle(long nowNanoseconds);
}
