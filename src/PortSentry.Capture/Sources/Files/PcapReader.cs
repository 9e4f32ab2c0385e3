using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Sources.Files;

/// <summary>
/// The pcap format: draft-ietf-opsawg-pcap, both byte orders, micro- and nanoseconds, and Kuznetzov's variant with 24 bytes a
/// record header (Linux 2.2 era tcpdump).
/// </summary>
internal sealed class PcapReader(ByteSupply supply, RecordLog log, PcapReader.Format format)
{
    public const int HeaderLength = 24;

    // libpcap's MAXIMUM_SNAPLEN. Larger records exist for USB only; believing more lets one broken length swallow the file.
    private const int MaxCaptured = 262_144;

    // How far a broken record may throw us before the rest of the file is given up.
    private const int MaxSearch = 1 << 20;

    private const int FetchAhead = 1024;

    /// <param name="IsSwapped">Written by a machine of the other byte order.</param>
    /// <param name="FractionNanoseconds">What one unit of the second time field is worth: 1 or 1,000.</param>
    /// <param name="RecordHeader">16 or 24 bytes.</param>
    internal readonly record struct Format(bool IsSwapped, int FractionNanoseconds, int RecordHeader, LinkType Link);

    /// <param name="header">At least <see cref="HeaderLength"/> bytes.</param>
    public static bool TryReadFormat(ReadOnlySpan<byte> header, out Format format)
    {
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var isSwapped = magic is 0xD4C3B2A1 or 0x4D3CB2A1 or 0x34CDB2A1;
        if (isSwapped) magic = BinaryPrimitives.ReverseEndianness(magic);
        // Bits 0-15 are the link type; above stand the length of the frame check sequence and reserved bits.
        var link = (LinkType)(Read32(header[20..], isSwapped) & 0xFFFF);
        format = new Format(isSwapped, magic == 0xA1B23C4D ? 1 : 1000, magic == 0xA1B2CD34 ? 24 : 16, link);
        return magic is 0xA1B2C3D4 or 0xA1B23C4D or 0xA1B2CD34;
    }

    public void Run<THandler>(ref THandler handler, CancellationToken stop) where THandler : IPacketHandler
    {
        Span<FrameRecord> frames = stackalloc FrameRecord[FrameBatch.Size];
        var header = format.RecordHeader;
        var window = supply.Next(HeaderLength, header);
        var at = 0;
        long received = 0;
        long bytes = 0;
        long last = 0;
        while (!stop.IsCancellationRequested)
        {
            var before = at;
            var count = Collect(window, ref at, frames);
            if (count > 0)
            {
                FrameBatch.Hand(ref handler, format.Link, window, frames[..count]);
                last = frames[count - 1].Time;
                received += count;
                bytes += at - before - (count * header);
                log.Publish(received, bytes);
                continue;
            }

            // The next record is not whole in this window, or broken.
            var captured = window.Length - at < header ? 0 : Read32(window[(at + 8)..], format.IsSwapped);
            if (captured > MaxCaptured)
            {
                if (!TrySynchronise(ref window, ref at, last)) break;
                continue;
            }

            var needed = header + (int)captured;
            window = supply.Next(at, needed);
            at = 0;
            if (window.Length < needed) break;
        }

        if (!stop.IsCancellationRequested && window.Length - at > 0)
            log.Warn(supply.Offset + at, "the file ends in the middle of a record; the packets before it count.");
    }

    // The records that are whole in the window, until the batch is full or one is not to be believed.
    private int Collect(ReadOnlySpan<byte> window, ref int at, Span<FrameRecord> frames)
    {
        var (isSwapped, fraction, header, _) = format;
        var count = 0;
        for (; count < frames.Length && window.Length - at >= header; count++)
        {
            Fetch(window, at + FetchAhead);
            var record = window.Slice(at, 16);
            var captured = Read32(record[8..], isSwapped);
            if (captured > MaxCaptured || window.Length - at - header < (int)captured) break;
            var time = (Read32(record, isSwapped) * 1_000_000_000L) + ((long)Read32(record[4..], isSwapped) * fraction);
            frames[count] = new FrameRecord(time, at + header, (int)captured, (int)Math.Min(Read32(record[12..], isSwapped), int.MaxValue));
            at += header + (int)captured;
        }

        return count;
    }

    // A length nobody would capture: the records before were sound, so look on for a place where three headers in a row make sense.
    private bool TrySynchronise(ref ReadOnlySpan<byte> window, ref int at, long last)
    {
        log.CountMalformed();
        var broken = supply.Offset + at;
        window = supply.Next(at, MaxSearch + (4 * MaxCaptured));
        at = 0;
        for (var skip = 1; skip < MaxSearch && skip < window.Length; skip++)
        {
            if (!LooksLikeRecords(window[skip..], last)) continue;
            log.Warn(broken, $"a record claims more than {MaxCaptured} bytes; {skip} bytes were skipped.");
            at = skip;
            return true;
        }

        log.Warn(broken, $"a record claims more than {MaxCaptured} bytes and no sound one follows; the rest of the file is not read.");
        at = window.Length;
        return false;
    }

    private bool LooksLikeRecords(ReadOnlySpan<byte> bytes, long last)
    {
        const long Day = 86_400;
        for (var i = 0; i < 3; i++)
        {
            // The last records of a file need not be three, but they must end where it ends.
            if (bytes.IsEmpty) return i > 0;
            if (bytes.Length < format.RecordHeader) return false;
            long seconds = Read32(bytes, format.IsSwapped);
            var captured = Read32(bytes[8..], format.IsSwapped);
            if (Math.Abs(seconds - (last / 1_000_000_000)) > Day) return false;
            if ((long)Read32(bytes[4..], format.IsSwapped) * format.FractionNanoseconds >= 1_000_000_000) return false;
            if (captured is 0 or > MaxCaptured || captured > Read32(bytes[12..], format.IsSwapped)) return false;
            if (bytes.Length < format.RecordHeader + (int)captured) return false;
            bytes = bytes[(format.RecordHeader + (int)captured)..];
        }

        return true;
    }

    // Each record tells where the next one is, so the processor can't run ahead by itself. May lie behind the end: that is harmless.
    private static unsafe void Fetch(ReadOnlySpan<byte> window, int at)
    {
        if (!Sse.IsSupported) return;
        var ahead = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(window)) + at;
        Sse.Prefetch0(ahead);
        Sse.Prefetch0(ahead + 64);
    }

    private static uint Read32(ReadOnlySpan<byte> bytes, bool isSwapped)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
