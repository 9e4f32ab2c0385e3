using System.Runtime.InteropServices;

namespace PortSentry.Netlink.Interop;

internal sealed class SafeDescriptor : SafeHandle
{
    public SafeDescriptor(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    public override bool IsInvalid => handle < 0;

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
