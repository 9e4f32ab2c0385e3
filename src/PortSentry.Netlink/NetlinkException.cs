using System.Runtime.InteropServices;

namespace PortSentry.Netlink;

/// <summary>The kernel's refusal: an errno, and the sentence it may have added (extended acknowledgement).</summary>
public sealed class NetlinkException(int error, string what, string? kernelSays = null)
    : IOException($"{what}: {kernelSays ?? Marshal.GetPInvokeErrorMessage(error)} (errno {error})")
{
    public int Errno { get; } = error;
}
