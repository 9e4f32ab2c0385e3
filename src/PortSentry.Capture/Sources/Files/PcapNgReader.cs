using System.Buffers.Binary;
using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Sources.Files;

/// <summary>The pcapng format: draft-ietf-opsawg-pcapng 3 and 4. Blocks that hold no packet are skipped by their length.</summary>
internal sealed class PcapNgReader(ByteSupply supply, RecordLog log)
{
    public const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint ObsoletePacket = 2;
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;

    // Blocks are padded to 32 bits and carry their length at both ends (3.1).
    private const int BlockOverhead = 12;

    // Name resolution and decryption blocks grow, but a block of more than this is a broken length.
    private const int MaxBlock = 16 << 20;
    private const int MaxCaptured = 262_144;
    private const int MaxSearch = 1 << 20;

    // One interface description is 20 bytes, so a file of them would fill memory.
    private const int MaxInterfaces = 4096;
    private const int PublishEvery = 256;

    private readonly List<PcapNgInterface> _interfaces = [];
    private readonly HashSet<LinkType> _unsupported = [];
    private bool _isSwapped;
    private long _lastTime;
    private bool _hasUsable;
    private LinkType _firstUnsupported;
    private long _received;
    private long _bytes;
    private long _block;

    /// <exception cref="CaptureFileException">Packets were there, but none of a link type that we know.</exception>
    public void Run<THandler>(ref THandler handler, CancellationToken stop) where THandler : IPacketHandler
    {
        var window = supply.Next(0, BlockOverhead);
        var at = 0;
        for (var blocks = 1; ; blocks++)
        {
            if (window.Length - at < BlockOverhead)
            {
                window = supply.Next(at, BlockOverhead);
                at = 0;
                if (window.Length < BlockOverhead) break;
            }

            // A section begins with its own byte order: the type reads the same both ways.
            var type = Read32(window[at..]);
            if (type == SectionHeader && !TryBeginSection(window[at..]))
            {
                if (!TrySynchronise(ref window, ref at)) break;
                continue;
            }

            var claimed = Read32(window[(at + 4)..]);
            if (claimed is < BlockOverhead or > MaxBlock || claimed % 4 != 0)
            {
                if (!TrySynchronise(ref window, ref at)) break;
                continue;
            }

            var length = (int)claimed;
            if (window.Length - at < length)
            {
                window = supply.Next(at, length);
                at = 0;
                if (window.Length < length) break;
            }

            if (Read32(window[(at + length - 4)..]) != claimed)
            {
                if (!TrySynchronise(ref window, ref at)) break;
                continue;
            }

            _block = supply.Offset + at;
            ReadBlock(ref handler, type, window.Slice(at + 8, length - BlockOverhead));
            at += length;
            if (blocks % PublishEvery != 0) continue;
            log.Publish(_received, _bytes);
            if (stop.IsCancellationRequested) return;
        }

        log.Publish(_received, _bytes);
        if (window.Length - at > 0) log.Warn(supply.Offset + at, "the file ends in the middle of a block; the packets before it count.");
        if (_received == 0 && _unsupported.Count > 0 && !_hasUsable) throw log.Unsupported(_block, _firstUnsupported);
    }

    // 4.1: type, length, byte-order magic, version 1.x.
    private bool TryBeginSection(ReadOnlySpan<byte> block)
    {
        switch (BinaryPrimitives.ReadUInt32LittleEndian(block[8..]))
        {
            case ByteOrderMagic: _isSwapped = false; break;
            case 0x4D3C2B1A: _isSwapped = true; break;
            default: return false;
        }

        _interfaces.Clear();
        return true;
    }

    private void ReadBlock<THandler>(ref THandler handler, uint type, ReadOnlySpan<byte> body) where THandler : IPacketHandler
    {
        switch (type)
        {
            case InterfaceDescription: AddInterface(body); break;

            // 4.3: interface, time high, time low, captured, original.
            case EnhancedPacket when body.Length >= 20:
                Deliver(ref handler, Read32(body), Ticks(body[4..]), Read32(body[12..]), Read32(body[16..]), body[20..]);
                break;

            // 4.4: original length; the captured length is the lesser of it and the first interface's snap length. No time.
            case SimplePacket when body.Length >= 4:
                var original = Read32(body);
                var snap = _interfaces.Count > 0 && _interfaces[0].SnapLength != 0 ? _interfaces[0].SnapLength : uint.MaxValue;
                Deliver(ref handler, 0, null, Math.Min(Math.Min(original, snap), (uint)(body.Length - 4)), original, body[4..]);
                break;

            // Appendix A: interface in 16 bits, drops, then as the enhanced block.
            case ObsoletePacket when body.Length >= 20:
                Deliver(ref handler, Read16(body), Ticks(body[4..]), Read32(body[12..]), Read32(body[16..]), body[20..]);
                break;

            case EnhancedPacket or SimplePacket or ObsoletePacket: log.CountMalformed(); break;
        }
    }

    private void Deliver<THandler>(ref THandler handler, uint index, ulong? ticks, uint captured, uint original, ReadOnlySpan<byte> data)
        where THandler : IPacketHandler
    {
        if (index >= (uint)_interfaces.Count || captured > (uint)data.Length || captured > MaxCaptured)
        {
            log.CountMalformed();
            return;
        }

        var source = _interfaces[(int)index];
        var time = _lastTime;
        if (!LinkTypes.IsSupported(source.Link) || (ticks is { } value && !source.TryConvert(value, out time)))
        {
            log.CountMalformed();
            return;
        }

        _lastTime = time;
        _received++;
        _bytes += captured;
        handler.Handle(source.Link, time, data[..(int)captured], (int)Math.Min(original, int.MaxValue));
    }

    private void AddInterface(ReadOnlySpan<byte> body)
    {
        // A bad description keeps its number, so that the packets of the next interface are not taken for its own.
        if (!PcapNgInterface.TryRead(body, _isSwapped, out var description))
        {
            log.CountMalformed();
            description = new PcapNgInterface((LinkType)uint.MaxValue, 0, 1, 1, 0, 0);
        }

        if (_interfaces.Count == MaxInterfaces)
        {
            log.CountMalformed();
            return;
        }

        _interfaces.Add(description);
        if (LinkTypes.IsSupported(description.Link))
        {
            _hasUsable = true;
            return;
        }

        if (_unsupported.Count == 0) _firstUnsupported = description.Link;
        if (_unsupported.Add(description.Link))
            log.Warn(_block, $"interface {_interfaces.Count - 1} has link type {(uint)description.Link}, which cannot be read; its packets are skipped.");
    }

    // The length at both ends makes a sound block easy to know again; blocks stand at multiples of four.
    private bool TrySynchronise(ref ReadOnlySpan<byte> window, ref int at)
    {
        log.CountMalformed();
        var broken = supply.Offset + at;
        window = supply.Next(at, MaxSearch + MaxCaptured);
        at = 0;
        for (var skip = 4; skip < MaxSearch && skip + BlockOverhead <= window.Length; skip += 4)
        {
            var type = Read32(window[skip..]);
            var length = Read32(window[(skip + 4)..]);
            if (type is not (SectionHeader or InterfaceDescription or ObsoletePacket or SimplePacket or EnhancedPacket or 4 or 5)) continue;
            if (length is < BlockOverhead or > MaxCaptured + 1024 || length % 4 != 0 || skip + (int)length > window.Length) continue;
            if (Read32(window[(skip + (int)length - 4)..]) != length) continue;
            log.Warn(broken, $"a block's lengths contradict each other; {skip} bytes were skipped.");
            at = skip;
            return true;
        }

        log.Warn(broken, "a block's lengths contradict each other and no sound one follows; the rest of the file is not read.");
        at = window.Length;
        return false;
    }

    private ulong Ticks(ReadOnlySpan<byte> bytes) => ((ulong)Read32(bytes) << 32) | Read32(bytes[4..]);

    private ushort Read16(ReadOnlySpan<byte> bytes)
    {
        var value = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    private uint Read32(ReadOnlySpan<byte> bytes)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
