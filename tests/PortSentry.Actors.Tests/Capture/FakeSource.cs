using PortSentry.Capture.Sources;

namespace PortSentry.Actors.Tests.Capture;

/// <summary>An interface without packets: it runs until it is stopped, or until <see cref="Break"/>.</summary>
internal sealed class FakeSource(string name) : IPacketSource
{
    private readonly ManualResetEventSlim _broken = new();

    public string Name => name;

    public CaptureStatistics Statistics => default;

    public void Break() => _broken.Set();

    public void Run<THandler>(THandler handler, CancellationToken stop) where THandler : IPacketHandler
    {
        var ended = WaitHandle.WaitAny([_broken.WaitHandle, stop.WaitHandle]);
        if (ended == 0) throw new IOException($"{name}: the interface is down");
    }

    public void Dispose()
    {
    }
}
