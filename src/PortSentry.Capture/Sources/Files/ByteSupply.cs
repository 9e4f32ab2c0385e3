namespace PortSentry.Capture.Sources.Files;

/// <summary>A forward window over the bytes of a capture.</summary>
internal abstract class ByteSupply : IDisposable
{
    /// <summary>Where the present window begins in the capture.</summary>
    public long Offset { get; protected set; }

    /// <summary>
    /// Moves the window forward by <paramref name="consumed"/> bytes. The new window has at least <paramref name="needed"/>
    /// bytes, or all that are left. It is valid until the next call.
    /// </summary>
    /// <exception cref="CaptureFileException">The device failed.</exception>
    public abstract ReadOnlySpan<byte> Next(int consumed, int needed);

    public abstract void Dispose();
}
