using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Packets;

/// <summary>
/// A first look at a frame that costs next to nothing: whole TCP in IPv4 without options in Ethernet, as most packets are. Any
/// other frame is left to <see cref="PacketView"/>; where this reads one, <see cref="PacketView"/> reads the same.
/// </summary>
internal readonly record struct TcpGlance(uint SourceV4, uint DestinationV4, ushort SourcePort, ushort DestinationPort, TcpFlags Flags)
{
    private const int Ip = 14, Tcp = Ip + 20, Least = Tcp + 20;

    // EtherType 0x0800, version 4, header of 5 words, as they lie in memory.
    private const uint TypeAndVersion = 0x0045_0008, TypeAndVersionMask = 0x00FF_FFFF;
    private const ushort FragmentMask = 0xFF3F;
    private const byte TcpProtocol = 6;

    public Address Source => Address.FromV4(SourceV4);

    public Address Destination => Address.FromV4(DestinationV4);

    /// <summary>Nothing but data or an acknowledgement.</summary>
    public bool IsPlain => (Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Ack)) == TcpFlags.Ack;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> frame, out TcpGlance glance)
    {
        glance = default;
        if (frame.Length < Least) return false;
        ref var start = ref MemoryMarshal.GetReference(frame);
        if ((Read<uint>(ref start, 12) & TypeAndVersionMask) != TypeAndVersion) return false;
        if ((Read<ushort>(ref start, Ip + 6) & FragmentMask) != 0 || Read<byte>(ref start, Ip + 9) != TcpProtocol) return false;
        int length = BinaryPrimitives.ReverseEndianness(Read<ushort>(ref start, Ip + 2));
        var header = (Read<byte>(ref start, Tcp + 12) >> 4) * 4;
        if (header < 20 || header > length - 20) return false;
        var ports = BinaryPrimitives.ReverseEndianness(Read<uint>(ref start, Tcp));
        glance = new TcpGlance(
            BinaryPrimitives.ReverseEndianness(Read<uint>(ref start, Ip + 12)), BinaryPrimitives.ReverseEndianness(Read<uint>(ref start, Ip + 16)),
            (ushort)(ports >> 16), (ushort)ports, (TcpFlags)Read<byte>(ref start, Tcp + 13));
        return true;
    }

    private static T Read<T>(ref byte start, int offset) where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref start, offset));
}
