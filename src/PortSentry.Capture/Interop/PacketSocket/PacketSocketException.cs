using System.ComponentModel;

namespace PortSentry.Capture.Interop.PacketSocket;

/// <summary>The kernel refused a packet socket, or its interface failed; the message names the interface and the next step.</summary>
public sealed class PacketSocketException(string name, string what, int error) : IOException(Describe(name, what, error))
{
    /// <summary>errno.</summary>
    public int Error => error;

    public bool IsNoSuchDevice => error is PacketImports.ENODEV or PacketImports.ENXIO;

    public bool IsNotPermitted => error is PacketImports.EPERM or PacketImports.EACCES;

    public bool IsDown => error == PacketImports.ENETDOWN;

    private static string Describe(string name, string what, int error) => error switch
    {
        PacketImports.ENODEV or PacketImports.ENXIO => $"{name}: no such interface ('ip link' lists them).",
        PacketImports.EPERM or PacketImports.EACCES => $"{name}: not permitted to capture; run as root or with CAP_NET_RAW.",
        PacketImports.ENETDOWN => $"{name}: the interface is down ('ip link set {name} up').",
        _ => $"{name}: {what}: {new Win32Exception(error).Message}.",
    };
}
