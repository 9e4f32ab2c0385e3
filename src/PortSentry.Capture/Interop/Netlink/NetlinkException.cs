using System.ComponentModel;

namespace PortSentry.Capture.Interop.Netlink;

/// <summary>The kernel refused a netlink request or did not answer.</summary>
public sealed class NetlinkException(string what, int error) : IOException($"{what}: {new Win32Exception(error).Message}")
{
    /// <summary>errno.</summary>
    public int Error => error;
}
