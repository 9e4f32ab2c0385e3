using System.Runtime.InteropServices;

namespace PortSentry.Responders.Interop.Libnftables;

internal sealed class SafeNftContext() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Libnftables.nft_ctx_free(handle);
        return true;
    }
}
