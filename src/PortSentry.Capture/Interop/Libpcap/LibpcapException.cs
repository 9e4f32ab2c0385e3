namespace PortSentry.Capture.Interop.Libpcap;

/// <summary>libpcap is missing or refused; the message names the interface or filter and the next step.</summary>
public sealed class LibpcapException(string message, int code = LibpcapImports.PCAP_ERROR, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>PCAP_ERROR_… of pcap(3PCAP).</summary>
    public int Code => code;

    public bool IsNoSuchDevice => code == LibpcapImports.PCAP_ERROR_NO_SUCH_DEVICE;

    public bool IsNotPermitted => code is LibpcapImports.PCAP_ERROR_PERM_DENIED or LibpcapImports.PCAP_ERROR_PROMISC_PERM_DENIED;
}
