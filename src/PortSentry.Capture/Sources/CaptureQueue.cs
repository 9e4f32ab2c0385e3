namespace PortSentry.Capture.Sources;

/// <summary>
/// Capture files one after another, in the order given: the next is opened, and where it is compressed unpacked, while the one before is
/// judged. Take all of them.
/// </summary>
public sealed class CaptureQueue(IReadOnlyList<string> paths)
{
    private int _taken;
    private Task<CaptureFileSource>? _next;

    /// <exception cref="CaptureFileException">The file whose turn it is cannot be read; the one after it may be.</exception>
    public CaptureFileSource Take()
    {
        var source = _next ?? Open(paths[_taken]);
        _next = ++_taken < paths.Count ? Open(paths[_taken]) : null;
        return source.GetAwaiter().GetResult();
    }

    private static Task<CaptureFileSource> Open(string path) => Task.Run(() => new CaptureFileSource(path));
}
