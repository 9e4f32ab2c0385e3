namespace PortSentry.Capture.Sources;

/// <summary>Counters since the source was opened.</summary>
/// <param name="Received">Frames handed to the handler.</param>
/// <param name="DroppedByKernel">The ring was full: we were too slow.</param>
/// <param name="DroppedByInterface">The card or its driver had no room.</param>
/// <param name="Malformed">Records of a file that could not be believed, or whose link type cannot be read.</param>
/// <param name="Bytes">Captured bytes of the frames received.</param>
public readonly record struct CaptureStatistics(
    long Received, long DroppedByKernel = 0, long DroppedByInterface = 0, long Malformed = 0, long Bytes = 0);
