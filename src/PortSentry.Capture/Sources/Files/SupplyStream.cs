namespace PortSentry.Capture.Sources.Files;

/// <summary>A stream of the bytes that a function reads, for those who take nothing but a stream.</summary>
/// <param name="pull">As <see cref="Stream.Read(Span{byte})"/>.</param>
/// <param name="owner">Whose function it is; disposed with the stream.</param>
internal sealed class PulledStream(PulledStream.Pull pull, IDisposable owner) : Stream
{
    public delegate int Pull(Span<byte> buffer);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => pull(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) owner.Dispose();
        base.Dispose(disposing);
    }
}
