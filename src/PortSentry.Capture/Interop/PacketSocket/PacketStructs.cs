using System.Runtime.InteropServices;

namespace PortSentry.Capture.Interop.PacketSocket;

/// <summary>struct tpacket_req3; TPACKET_V2 takes its first four words.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RingRequest
{
    public uint BlockSize;
    public uint BlockCount;
    public uint FrameSize;
    public uint FrameCount;
    public uint RetireMilliseconds;
    public uint PrivateSize;
    public uint Features;
}

/// <summary>struct sockaddr_ll: family, protocol (network order), interface, ARPHRD, packet type, length and bytes of the address.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LinkAddress
{
    public ushort Family;
    public ushort Protocol;
    public int Interface;
    public ushort Hardware;
    public byte PacketType;
    public byte Length;
    public fixed byte Bytes[8];
}

/// <summary>struct packet_mreq.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Membership
{
    public int Interface;
    public ushort Type;
    public ushort Length;
    public fixed byte Bytes[8];
}

/// <summary>struct sock_fprog: a count, then a pointer (16 bytes on a 64-bit ABI).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FilterProgram
{
    public ushort Length;
    public nint Instructions;
}

/// <summary>struct tpacket_stats_v3; TPACKET_V2 fills the first two words.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RingStatistics
{
    public uint Packets;
    public uint Drops;
    public uint Freezes;
}

/// <summary>struct tpacket2_hdr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FrameHeader
{
    public uint Status;
    public uint Length;
    public uint SnapLength;
    public ushort LinkOffset;
    public ushort NetworkOffset;
    public uint Seconds;
    public uint Nanoseconds;
    public ushort VlanTag;
    public ushort VlanProtocol;
    public uint Padding;
}

/// <summary>struct tpacket_block_desc with its tpacket_hdr_v1.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BlockHeader
{
    public uint Version;
    public uint PrivateOffset;
    public uint Status;
    public uint Packets;
    public uint FirstPacket;
    public uint Length;
    public ulong Sequence;
    public uint FirstSeconds;
    public uint FirstNanoseconds;
    public uint LastSeconds;
    public uint LastNanoseconds;
}

/// <summary>struct tpacket3_hdr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockPacketHeader
{
    public uint Next;
    public uint Seconds;
    public uint Nanoseconds;
    public uint SnapLength;
    public uint Length;
    public uint Status;
    public ushort LinkOffset;
    public ushort NetworkOffset;
    public uint Hash;
    public uint VlanTag;
    public ushort VlanProtocol;
    public ushort Padding;
    public fixed byte Reserved[8];
}
