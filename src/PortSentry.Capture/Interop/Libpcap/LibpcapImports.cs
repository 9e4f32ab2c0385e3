using System.Reflection;
using System.Runtime.InteropServices;

namespace PortSentry.Capture.Interop.Libpcap;

/// <summary>pcap(3PCAP). Only <see cref="LibpcapCapture"/> and <see cref="BpfFilter"/> call it.</summary>
internal static unsafe partial class LibpcapImports
{
    public const int PCAP_ERRBUF_SIZE = 256;
    public const int PCAP_ERROR = -1;
    public const int PCAP_ERROR_BREAK = -2;
    public const int PCAP_ERROR_NO_SUCH_DEVICE = -5;
    public const int PCAP_ERROR_PERM_DENIED = -8;
    public const int PCAP_ERROR_IFACE_NOT_UP = -9;
    public const int PCAP_ERROR_PROMISC_PERM_DENIED = -11;
    public const int PCAP_TSTAMP_PRECISION_NANO = 1;
    public const uint PCAP_NETMASK_UNKNOWN = 0xFFFFFFFF;

    private const string Library = "libpcap";

    // Debian kept the old soname (0.8); everybody else has 1.
    private static readonly string[] Sonames = ["libpcap.so.1", "libpcap.so.0.8", "libpcap.so"];

    static LibpcapImports() => NativeLibrary.SetDllImportResolver(typeof(LibpcapImports).Assembly, Resolve);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial PcapHandle pcap_create(string source, byte* errbuf);

    [LibraryImport(Library)]
    public static partial PcapHandle pcap_open_dead(int linktype, int snaplen);

    [LibraryImport(Library)]
    public static partial void pcap_close(nint handle);

    [LibraryImport(Library)]
    public static partial int pcap_set_snaplen(PcapHandle handle, int snaplen);

    [LibraryImport(Library)]
    public static partial int pcap_set_promisc(PcapHandle handle, int promisc);

    [LibraryImport(Library)]
    public static partial int pcap_set_timeout(PcapHandle handle, int milliseconds);

    [LibraryImport(Library)]
    public static partial int pcap_set_immediate_mode(PcapHandle handle, int immediate);

    [LibraryImport(Library)]
    public static partial int pcap_set_buffer_size(PcapHandle handle, int bytes);

    [LibraryImport(Library)]
    public static partial int pcap_set_tstamp_precision(PcapHandle handle, int precision);

    [LibraryImport(Library)]
    public static partial int pcap_get_tstamp_precision(PcapHandle handle);

    [LibraryImport(Library)]
    public static partial int pcap_activate(PcapHandle handle);

    [LibraryImport(Library)]
    public static partial int pcap_datalink(PcapHandle handle);

    [LibraryImport(Library)]
    public static partial int pcap_setnonblock(PcapHandle handle, int nonblock, byte* errbuf);

    [LibraryImport(Library)]
    public static partial int pcap_get_selectable_fd(PcapHandle handle);

    [LibraryImport(Library)]
    public static partial int pcap_dispatch(
        PcapHandle handle, int count, delegate* unmanaged[Cdecl]<nint, PcapPacketHeader*, byte*, void> callback, nint user);

    [LibraryImport(Library)]
    public static partial void pcap_breakloop(PcapHandle handle);

    [LibraryImport(Library)]
    public static partial int pcap_stats(PcapHandle handle, PcapStat* stat);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int pcap_compile(PcapHandle handle, BpfProgram* program, string expression, int optimize, uint netmask);

    [LibraryImport(Library)]
    public static partial int pcap_setfilter(PcapHandle handle, BpfProgram* program);

    [LibraryImport(Library)]
    public static partial void pcap_freecode(BpfProgram* program);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int pcap_offline_filter(BpfProgram* program, PcapPacketHeader* header, byte* packet);

    [LibraryImport(Library)]
    public static partial byte* pcap_geterr(PcapHandle handle);

    [LibraryImport(Library)]
    public static partial byte* pcap_statustostr(int status);

    [LibraryImport(Library)]
    public static partial byte* pcap_lib_version();

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (var soname in Sonames)
            if (NativeLibrary.TryLoad(soname, assembly, path, out var handle)) return handle;
        return 0;
    }
}
