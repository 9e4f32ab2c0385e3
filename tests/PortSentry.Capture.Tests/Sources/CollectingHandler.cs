using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;

namespace PortSentry.Capture.Tests.Sources;

/// <summary>Keeps everything it is given.</summary>
public sealed class CollectingHandler : IPacketHandler
{
    private readonly Lock _lock = new();
    private readonly List<Frame> _frames = [];
    private int _idles;

    public sealed record Frame(LinkType Link, long Time, byte[] Bytes, int OriginalLength);

    /// <summary>Called after each frame, on the capture thread.</summary>
    public Action<Frame>? OnFrame { get; init; }

    public Action? OnIdle { get; init; }

    public bool Leaves { get; set; }

    public IReadOnlyList<Frame> Frames
    {
        get
        {
            lock (_lock) return [.. _frames];
        }
    }

    public int Idles => Volatile.Read(ref _idles);

    public void Handle(LinkType link, long timestampNanoseconds, ReadOnlySpan<byte> frame, int originalLength)
    {
        var kept = new Frame(link, timestampNanoseconds, frame.ToArray(), originalLength);
        lock (_lock) _frames.Add(kept);
        OnFrame?.Invoke(kept);
    }

    // Every 10 ms.
    public long Idle(long nowNanoseconds)
    {
        Interlocked.Increment(ref _idles);
        OnIdle?.Invoke();
        return Leaves ? IPacketHandler.Leave : nowNanoseconds + 10_000_000;
    }
}
