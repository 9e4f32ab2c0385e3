namespace PortSentry.Capture.Sources.Files;

/// <summary>A forward window over the bytes of a capture.</summary>
internal abstract class ByteSupply : IDisposable
{
    private int _read;

    /// <summary>Where the present window begins in the capture.</summary>
    public long Offset { get; protected set; }

    /// <summary>
    /// Moves the window forward by <paramref name="consumed"/> bytes. The new window has at least <paramref name="needed"/>
    /// bytes, or all that are left. It is valid until the next call.
    /// </summary>
    /// <exception cref="CaptureFileException">The device failed.</exception>
    public abstract ReadOnlySpan<byte> Next(int consumed, int needed);

    /// <summary>The rest as a stream gives it, from the present window on; then no more <see cref="Next"/>.</summary>
    public int Pull(Span<byte> buffer)
    {
        var window = Next(_read, 1);
        _read = Math.Min(window.Length, buffer.Length);
        window[.._read].CopyTo(buffer);
        return _read;
    }

    public abstract void Dispose();
}
