using System.Buffers.Binary;
using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Sources.Files;

/// <summary>An Interface Description Block: draft-ietf-opsawg-pcapng 4.2.</summary>
internal readonly record struct PcapNgInterface(LinkType Link, uint SnapLength, long Multiplier, long Divisor, byte BinaryShift, long OffsetSeconds)
{
    private const ushort EndOfOptions = 0;
    private const ushort TimestampResolution = 9;
    private const ushort TimestampOffset = 14;

    /// <param name="body">The block without type and lengths.</param>
    public static bool TryRead(ReadOnlySpan<byte> body, bool isSwapped, out PcapNgInterface result)
    {
        result = default;
        if (body.Length < 8) return false;
        byte resolution = 6;
        long offset = 0;
        for (var options = body[8..]; options.Length >= 4;)
        {
            var code = Read16(options, isSwapped);
            int length = Read16(options[2..], isSwapped);
            if (code == EndOfOptions || options.Length < 4 + length) break;
            if (code == TimestampResolution && length >= 1) resolution = options[4];
            if (code == TimestampOffset && length >= 8) offset = (long)Read64(options[4..], isSwapped);
            options = options[Math.Min(options.Length, 4 + ((length + 3) & ~3))..];
        }

        var link = (LinkType)Read16(body, isSwapped);
        var snap = Read32(body[4..], isSwapped);
        // 4.2, if_tsresol: the highest bit chooses powers of two. 10^-18 and 2^-62 are the finest that 64 bits can count.
        var isBinary = (resolution & 0x80) != 0;
        var exponent = resolution & 0x7F;
        if (exponent > (isBinary ? 62 : 18)) return false;
        result = new PcapNgInterface(
            link, snap,
            isBinary ? 0 : PowerOfTen(Math.Max(0, 9 - exponent)),
            isBinary ? 0 : PowerOfTen(Math.Max(0, exponent - 9)),
            isBinary ? (byte)exponent : (byte)0,
            offset);
        return true;
    }

    /// <returns>False where the moment does not fit into 1970 to 2262.</returns>
    public bool TryConvert(ulong ticks, out long nanoseconds)
    {
        nanoseconds = 0;
        var wide = Multiplier == 0
            ? ((UInt128)ticks * 1_000_000_000) >> BinaryShift
            : (UInt128)ticks * (ulong)Multiplier / (ulong)Divisor;
        if (wide > long.MaxValue) return false;
        if (OffsetSeconds is > 9_000_000_000 or < -9_000_000_000) return false;
        var value = (Int128)(long)wide + ((Int128)OffsetSeconds * 1_000_000_000);
        if (value < 0 || value > long.MaxValue) return false;
        nanoseconds = (long)value;
        return true;
    }

    private static long PowerOfTen(int exponent)
    {
        long value = 1;
        for (; exponent > 0; exponent--) value *= 10;
        return value;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool isSwapped)
    {
        var value = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    private static uint Read32(ReadOnlySpan<byte> bytes, bool isSwapped)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    private static ulong Read64(ReadOnlySpan<byte> bytes, bool isSwapped)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
