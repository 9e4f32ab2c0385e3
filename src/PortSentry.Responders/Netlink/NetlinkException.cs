using System.Runtime.InteropServices;

namespace PortSentry.Responders.Netlink;

/// <summary>The kernel's refusal: an errno, and the sentence it may have added (extended acknowledgement).</summary>
internal sealed class NetlinkException(int error, string what, string? kernelSays = null)
    : Exception($"{what}: {kernelSays ?? Marshal.GetPInvokeErrorMessage(error)} (errno {error})")
{
    public int Errno { get; } = error;
}
