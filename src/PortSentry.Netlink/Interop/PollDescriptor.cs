using System.Runtime.InteropServices;

namespace PortSentry.Netlink.Interop;

/// <summary>struct pollfd: 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Returned;
}
