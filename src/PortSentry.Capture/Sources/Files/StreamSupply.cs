namespace PortSentry.Capture.Sources.Files;

/// <summary>
/// Bytes read from a stream. It asks for no more than one read call at a time, so a capture piped in live is handled as it arrives.
/// </summary>
/// <param name="readSize">
/// Bytes a read. Larger saves system calls, smaller stays in the cache: a reused buffer of cache size beats fresh pages.
/// </param>
internal sealed class StreamSupply(string file, Stream stream, int readSize) : ByteSupply
{
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(readSize);
    private int _start;
    private int _end;

    public override ReadOnlySpan<byte> Next(int consumed, int needed)
    {
        _start += consumed;
        Offset += consumed;
        while (_end - _start < needed)
        {
            MakeRoom(needed);
            var read = Read(_buffer.AsSpan(_end));
            if (read == 0) break;
            _end += read;
        }

        return _buffer.AsSpan(_start, _end - _start);
    }

    public override void Dispose() => stream.Dispose();

    private int Read(Span<byte> destination)
    {
        try
        {
            return stream.Read(destination);
        }
        catch (Exception failure) when (failure is (IOException and not CaptureFileException) or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CaptureFileException(file, Offset + _end - _start, failure.Message, failure);
        }
    }

    // The rest is short (less than a record), so moving it to the front is cheap.
    private void MakeRoom(int needed)
    {
        var rest = _end - _start;
        var target = needed <= _buffer.Length ? _buffer : GC.AllocateUninitializedArray<byte>((int)Math.Min(Math.Max((long)needed, _buffer.Length * 2L), Array.MaxLength));
        _buffer.AsSpan(_start, rest).CopyTo(target);
        _buffer = target;
        _start = 0;
        _end = rest;
    }
}
