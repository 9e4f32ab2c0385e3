using System.Buffers.Binary;

namespace PortSentry.Bench.Live;

/// <summary>
/// Gives SYNs random sources and ports for less than the kernel takes to send them, or the sender and not the watcher would be what a flood
/// measures. The sums are mended, not made again.
/// </summary>
/// <param name="first">The first address that is forged.</param>
/// <param name="range">Addresses that are forged.</param>
internal sealed unsafe class Forger(uint first, uint range)
{
    private const int Source = 12, HeaderSum = 10, Ports = 20, SegmentSum = 36;

    // Senders at the same time forge different sources.
    private ulong _state = (ulong)Environment.ProcessId;

    /// <param name="packet">An IPv4 header and a TCP header, whose sums are right.</param>
    public void Forge(byte* packet)
    {
        // xorshift64, Marsaglia 2003.
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        var source = BinaryPrimitives.ReverseEndianness(first + (uint)(((_state >> 32) * range) >> 32));
        var ports = (uint)_state;
        var (header, segment) = (*(ushort*)(packet + HeaderSum), *(ushort*)(packet + SegmentSum));
        header = Replace(header, *(uint*)(packet + Source), source);
        segment = Replace(Replace(segment, *(uint*)(packet + Source), source), *(uint*)(packet + Ports), ports);
        *(uint*)(packet + Source) = source;
        *(uint*)(packet + Ports) = ports;
        (*(ushort*)(packet + HeaderSum), *(ushort*)(packet + SegmentSum)) = (header, segment);
    }

    // RFC 1624, equation 3.
    private static ushort Replace(ushort sum, uint old, uint now)
    {
        var next = (uint)(ushort)~sum + (ushort)~old + (ushort)~(old >> 16) + (ushort)now + (now >> 16);
        next = (next & 0xFFFF) + (next >> 16);
        return (ushort)~(next + (next >> 16));
    }
}
