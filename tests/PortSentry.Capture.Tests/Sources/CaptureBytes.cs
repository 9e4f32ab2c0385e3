using System.Buffers.Binary;
using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Tests.Sources;

/// <summary>Capture files byte by byte, in either byte order.</summary>
public sealed class CaptureBytes(bool bigEndian = false)
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public static CaptureBytes Pcap(LinkType link = LinkType.Raw, uint magic = 0xA1B2C3D4, bool bigEndian = false) =>
        new CaptureBytes(bigEndian).U32(magic).U16(2).U16(4).U32(0).U32(0).U32(65535).U32((uint)link);

    public CaptureBytes Record(uint seconds, uint fraction, byte[] frame, uint? original = null, uint? captured = null) =>
        U32(seconds).U32(fraction).U32(captured ?? (uint)frame.Length).U32(original ?? (uint)frame.Length).Raw(frame);

    public static CaptureBytes PcapNg(bool bigEndian = false) => new CaptureBytes(bigEndian).Section();

    public CaptureBytes Section() => Block(0x0A0D0D0A, body => body.U32(0x1A2B3C4D).U16(1).U16(0).U32(uint.MaxValue).U32(uint.MaxValue));

    public CaptureBytes Interface(LinkType link, uint snap = 0, byte? resolution = null, long? offset = null) => Block(1, body =>
    {
        body.U16((ushort)link).U16(0).U32(snap);
        body.U16(2).U16(3).Raw([(byte)'e', (byte)'t', (byte)'h', 0]);
        if (resolution is { } value) body.U16(9).U16(1).Raw([value, 0, 0, 0]);
        if (offset is { } seconds) body.U16(14).U16(8).U64((ulong)seconds);
        body.U16(0).U16(0);
    });

    public CaptureBytes Enhanced(uint index, ulong ticks, byte[] frame, uint? captured = null) => Block(6, body =>
        body.U32(index).U32((uint)(ticks >> 32)).U32((uint)ticks).U32(captured ?? (uint)frame.Length).U32((uint)frame.Length).Raw(frame));

    public CaptureBytes Simple(byte[] frame, uint original) => Block(3, body => body.U32(original).Raw(frame));

    public CaptureBytes Obsolete(ushort index, ulong ticks, byte[] frame) => Block(2, body =>
        body.U16(index).U16(0).U32((uint)(ticks >> 32)).U32((uint)ticks).U32((uint)frame.Length).U32((uint)frame.Length).Raw(frame));

    public CaptureBytes Block(uint type, Action<CaptureBytes> fill)
    {
        var body = new CaptureBytes(bigEndian);
        fill(body);
        while (body.Length % 4 != 0) body.Raw([0]);
        return U32(type).U32((uint)body.Length + 12).Raw(body.ToArray()).U32((uint)body.Length + 12);
    }

    public CaptureBytes Raw(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public CaptureBytes U16(ushort value) => Raw(BitConverter.GetBytes(bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value));

    public CaptureBytes U32(uint value) => Raw(BitConverter.GetBytes(bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value));

    public CaptureBytes U64(ulong value) => Raw(BitConverter.GetBytes(bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value));
}
