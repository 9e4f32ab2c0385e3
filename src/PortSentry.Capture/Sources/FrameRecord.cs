namespace PortSentry.Capture.Sources;

/// <summary>Where a captured frame stands within a window of bytes, and when it was captured.</summary>
/// <param name="Time">Nanoseconds since the Unix epoch, UTC.</param>
/// <param name="Offset">Of its first byte in the window.</param>
/// <param name="Length">Bytes captured.</param>
/// <param name="OriginalLength">On the wire, in bytes.</param>
public readonly record struct FrameRecord(long Time, int Offset, int Length, int OriginalLength);
