namespace PortSentry.Capture.Sources.Files;

/// <summary>A supply whose first bytes were looked at, as a stream again: what the decompressor wants.</summary>
internal sealed class SupplyStream(ByteSupply supply) : Stream
{
    private int _consumed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var window = supply.Next(_consumed, 1);
        _consumed = Math.Min(window.Length, buffer.Length);
        window[.._consumed].CopyTo(buffer);
        return _consumed;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) supply.Dispose();
        base.Dispose(disposing);
    }
}
