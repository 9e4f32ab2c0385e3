using System.Globalization;

namespace PortSentry.Capture.Sources;

/// <summary>A file that is no capture, cannot be read at all, or holds no link type that we know.</summary>
public sealed class CaptureFileException : IOException
{
    public CaptureFileException(string file, long offset, string what, Exception? inner = null)
        : base(string.Create(CultureInfo.InvariantCulture, $"{file}: at byte {offset}: {what}"), inner)
    {
        File = file;
        Offset = offset;
        What = what;
    }

    public string File { get; }

    /// <summary>In the uncompressed stream.</summary>
    public long Offset { get; }

    public string What { get; }
}
