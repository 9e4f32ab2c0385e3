using System.Runtime.InteropServices;

namespace PortSentry.Capture.Interop.Libpcap;

/// <summary>A <c>pcap_t *</c>.</summary>
internal sealed class PcapHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibpcapImports.pcap_close(handle);
        return true;
    }
}
