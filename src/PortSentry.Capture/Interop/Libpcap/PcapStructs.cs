using System.Runtime.InteropServices;

namespace PortSentry.Capture.Interop.Libpcap;

/// <summary>struct pcap_pkthdr: a timeval of two longs (so 24 bytes on a 64-bit ABI), captured and original length.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PcapPacketHeader
{
    public nint Seconds;

    /// <summary>Micro- or nanoseconds, as the handle's precision says.</summary>
    public nint Fraction;

    public uint Captured;
    public uint Original;
}

/// <summary>struct bpf_program: a count and a pointer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfProgram
{
    public uint Length;
    public BpfInstruction* Instructions;
}

/// <summary>struct bpf_insn, the same 8 bytes as the kernel's struct sock_filter.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Operand);

/// <summary>struct pcap_stat (three counters everywhere but on Windows).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PcapStat
{
    public uint Received;
    public uint Dropped;
    public uint DroppedByInterface;
}
