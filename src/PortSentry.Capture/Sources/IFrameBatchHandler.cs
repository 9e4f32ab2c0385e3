using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Sources;

/// <summary>
/// Takes frames by the dozen where a source has them at hand (a file), so that memory can be fetched for the later ones while the
/// first are judged. What comes of them must be the same as one by one.
/// </summary>
public interface IFrameBatchHandler : IPacketHandler
{
    /// <param name="window">The bytes that hold the frames; valid during the call only.</param>
    /// <param name="frames">In the order of the capture; at most <see cref="FrameBatch.Size"/>.</param>
    void Handle(LinkType link, ReadOnlySpan<byte> window, ReadOnlySpan<FrameRecord> frames);
}
