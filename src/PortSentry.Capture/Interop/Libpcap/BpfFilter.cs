using System.Runtime.InteropServices;
using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Interop.Libpcap;

/// <summary>A compiled filter. The program lives in memory of libpcap until it is disposed.</summary>
internal sealed unsafe class BpfFilter : IDisposable
{
    private BpfProgram* _program;

    /// <exception cref="LibpcapException">A syntax error, or something that the link type does not have.</exception>
    public BpfFilter(PcapHandle handle, string expression)
    {
        _program = (BpfProgram*)NativeMemory.AllocZeroed((nuint)sizeof(BpfProgram));
        if (LibpcapImports.pcap_compile(handle, _program, expression, 1, LibpcapImports.PCAP_NETMASK_UNKNOWN) == 0) return;
        NativeMemory.Free(_program);
        _program = null;
        throw new LibpcapException($"filter '{expression}': {Marshal.PtrToStringUTF8((nint)LibpcapImports.pcap_geterr(handle))}");
    }

    ~BpfFilter() => Free();

    public ReadOnlySpan<BpfInstruction> Instructions
    {
        get
        {
            ObjectDisposedException.ThrowIf(_program == null, this);
            return new ReadOnlySpan<BpfInstruction>(_program->Instructions, (int)_program->Length);
        }
    }

    /// <summary>For a link type without a device.</summary>
    public static BpfFilter Compile(LinkType link, string expression, int snapLength)
    {
        // Of the types we know, raw IP alone has another number in memory (DLT_RAW on Linux) than in a file.
        var type = link == LinkType.Raw ? LinkType.RawDlt : link;
        using var dead = LibpcapCapture.Guard(() => LibpcapImports.pcap_open_dead((int)type, snapLength));
        return new BpfFilter(dead, expression);
    }

    public bool Matches(ReadOnlySpan<byte> frame, int originalLength)
    {
        ObjectDisposedException.ThrowIf(_program == null, this);
        var header = new PcapPacketHeader { Captured = (uint)frame.Length, Original = (uint)originalLength };
        fixed (byte* bytes = frame) return LibpcapImports.pcap_offline_filter(_program, &header, bytes) != 0;
    }

    public void Install(PcapHandle handle, string name)
    {
        ObjectDisposedException.ThrowIf(_program == null, this);
        if (LibpcapImports.pcap_setfilter(handle, _program) != 0)
            throw new LibpcapException($"{name}: the kernel refused the filter: {Marshal.PtrToStringUTF8((nint)LibpcapImports.pcap_geterr(handle))}");
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_program == null) return;
        LibpcapImports.pcap_freecode(_program);
        NativeMemory.Free(_program);
        _program = null;
    }
}
