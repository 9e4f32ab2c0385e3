using System.Buffers.Binary;
using System.Text;

namespace PortSentry.Netlink;

/// <summary>
/// Builds netlink messages one after another in one buffer that is kept for the next batch. Headers are in host
/// byte order and padded to 4 bytes (RFC 3549 2.3.2); the value of an attribute has the order its family asks for.
/// </summary>
internal sealed class NetlinkWriter
{
    private byte[] _buffer = new byte[1024];
    private int _length;
    private int _message;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public int Length => _length;

    public void Clear() => _length = 0;

    /// <param name="family">The bytes behind the header: nfgenmsg, rtmsg, …</param>
    public void Begin(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> family)
    {
        _message = _length;
        var header = Take(16);
        BitConverter.TryWriteBytes(header[4..], type);
        BitConverter.TryWriteBytes(header[6..], flags);
        BitConverter.TryWriteBytes(header[8..], sequence);
        BitConverter.TryWriteBytes(header[12..], 0u);
        family.CopyTo(Take(family.Length));
    }

    public void End() => BitConverter.TryWriteBytes(_buffer.AsSpan(_message), _length - _message);

    /// <returns>What <see cref="EndNest"/> takes.</returns>
    public int BeginNest(ushort type)
    {
        var start = _length;
        BitConverter.TryWriteBytes(Take(4)[2..], (ushort)(type | 0x8000));
        return start;
    }

    public void EndNest(int start) => BitConverter.TryWriteBytes(_buffer.AsSpan(start), (ushort)(_length - start));

    public void Put(ushort type, ReadOnlySpan<byte> value)
    {
        var attribute = Take(4 + ((value.Length + 3) & ~3));
        attribute.Clear();
        BitConverter.TryWriteBytes(attribute, (ushort)(4 + value.Length));
        BitConverter.TryWriteBytes(attribute[2..], type);
        value.CopyTo(attribute[4..]);
    }

    /// <summary>Zero-terminated.</summary>
    public void PutString(ushort type, string value)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(value.Length) + 1];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        bytes[length] = 0;
        Put(type, bytes[..(length + 1)]);
    }

    public void PutBigEndian32(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Put(type, bytes);
    }

    public void PutBigEndian64(ushort type, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        Put(type, bytes);
    }

    public void Put32(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BitConverter.TryWriteBytes(bytes, value);
        Put(type, bytes);
    }

    private Span<byte> Take(int count)
    {
        if (_length + count > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }
}
