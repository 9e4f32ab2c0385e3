using System.IO.MemoryMappedFiles;

namespace PortSentry.Capture.Sources.Files;

/// <summary>
/// A regular file mapped into memory. A file that somebody cuts short while it is read kills the process (SIGBUS), as with
/// every mapped file; growing is harmless, what is appended later is not seen.
/// </summary>
internal sealed unsafe class MappedSupply : ByteSupply
{
    // A span holds at most 2 GB; the window moves on in steps of this size.
    private const int MaxWindow = 1 << 30;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _length;
    private readonly byte* _base;

    public MappedSupply(FileStream stream)
    {
        _length = stream.Length;
        _file = MemoryMappedFile.CreateFromFile(stream, null, _length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, _length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _base);
        _base += _view.PointerOffset;
    }

    public override ReadOnlySpan<byte> Next(int consumed, int needed)
    {
        Offset += consumed;
        return new ReadOnlySpan<byte>(_base + Offset, (int)Math.Min(_length - Offset, MaxWindow));
    }

    public override void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
