using System.Runtime.CompilerServices;
using PortSentry.Capture.Interop.Libpcap;
using PortSentry.Capture.Interop.PacketSocket;
using PortSentry.Netlink.Interop;

namespace PortSentry.Capture.Tests.Interop;

public sealed class LayoutTests
{
    [Fact]
    public void Structures_have_the_size_of_the_abi()
    {
        Assert.Equal((2 * IntPtr.Size) + 8, Unsafe.SizeOf<PcapPacketHeader>());
        Assert.Equal(2 * IntPtr.Size, Unsafe.SizeOf<BpfProgram>());
        Assert.Equal(8, Unsafe.SizeOf<BpfInstruction>());
        Assert.Equal(12, Unsafe.SizeOf<PcapStat>());
        Assert.Equal(8, Unsafe.SizeOf<PollDescriptor>());
        Assert.Equal(28, Unsafe.SizeOf<RingRequest>());
        Assert.Equal(20, Unsafe.SizeOf<LinkAddress>());
        Assert.Equal(16, Unsafe.SizeOf<Membership>());
        Assert.Equal(2 * IntPtr.Size, Unsafe.SizeOf<FilterProgram>());
        Assert.Equal(12, Unsafe.SizeOf<RingStatistics>());
        Assert.Equal(32, Unsafe.SizeOf<FrameHeader>());
        Assert.Equal(48, Unsafe.SizeOf<BlockHeader>());
        Assert.Equal(48, Unsafe.SizeOf<BlockPacketHeader>());
    }

    [Fact]
    public void Libpcap_is_found_by_one_of_its_sonames()
    {
        string version;
        unsafe
        {
            version = System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)LibpcapImports.pcap_lib_version())!;
        }

        Assert.StartsWith("libpcap version 1.", version, StringComparison.Ordinal);
    }
}
