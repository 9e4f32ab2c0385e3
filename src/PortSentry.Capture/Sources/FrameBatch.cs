using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Sources;

/// <summary>Hands frames over together to a handler that wants them so, and one by one to any other.</summary>
public static class FrameBatch
{
    /// <summary>More frames than memory has fetches under way; few enough that they and their bytes stay in the first-level cache.</summary>
    public const int Size = 64;

    public static void Hand<THandler>(ref THandler handler, LinkType link, ReadOnlySpan<byte> window, ReadOnlySpan<FrameRecord> frames)
        where THandler : IPacketHandler
    {
        if (handler is IFrameBatchHandler together)
        {
            together.Handle(link, window, frames);
            return;
        }

        foreach (ref readonly var frame in frames)
            handler.Handle(link, frame.Time, window.Slice(frame.Offset, frame.Length), frame.OriginalLength);
    }
}
