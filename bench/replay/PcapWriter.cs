using System.Buffers.Binary;

namespace PortSentry.Bench.Replay;

/// <summary>RFC 791 and RFC 9293 headers without options; checksums are zero, as on a host that lets its card fill them in.</summary>
internal sealed class PcapWriter : IDisposable
{
    private const int Frame = 60, Record = 16;
    private const long Microsecond = 1000;

    private readonly FileStream _file;
    private readonly byte[] _buffer = new byte[Record + Frame];
    private long _time = 1_700_000_000_000_000_000;

    public PcapWriter(string path)
    {
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2_3C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 65_535);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        _file.Write(header);
        var record = _buffer.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], Frame);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], Frame);
        BinaryPrimitives.WriteUInt16BigEndian(record[(Record + 12)..], 0x0800);
        var ip = record[(Record + 14)..];
        (ip[0], ip[8], ip[9], ip[32]) = (0x45, 64, 6, 0x50);
        BinaryPrimitives.WriteUInt32BigEndian(ip[24..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(ip[28..], 2);
    }

    public long Packets { get; private set; }

    /// <summary>One packet, 2 µs after the one before.</summary>
    public void Add(uint from, ushort fromPort, uint to, ushort toPort, byte flags, int data)
    {
        Packets++;
        _time += 2 * Microsecond;
        var record = _buffer.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(_time / 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(_time % 1_000_000_000));
        var ip = record[(Record + 14)..];
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(40 + data));
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], from);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], to);
        BinaryPrimitives.WriteUInt16BigEndian(ip[20..], fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(ip[22..], toPort);
        ip[33] = flags;
        _file.Write(record);
    }

    public void Dispose() => _file.Dispose();
}
