namespace PortSentry.Capture.Sources;

/// <summary>Where frames come from. One thread runs it; <see cref="Statistics"/> may be read from any other.</summary>
public interface IPacketSource : IDisposable
{
    /// <summary>Interface or file, as the user named it.</summary>
    string Name { get; }

    CaptureStatistics Statistics { get; }

    /// <summary>
    /// Hands over every frame until the source ends (files) or <paramref name="stop"/> is cancelled, or the handler
    /// wants to leave; then returns. Only after the last another thread may call it again.
    /// </summary>
    void Run<THandler>(THandler handler, CancellationToken stop) where THandler : IPacketHandler;
}
