using System.Globalization;
using System.Runtime.InteropServices;
using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Interop.Libpcap;

/// <summary>An active, non-blocking capture handle. Not for two threads at once.</summary>
internal sealed unsafe class LibpcapCapture : IDisposable
{
    private readonly PcapHandle _handle;
    private readonly string _name;
    private readonly List<string> _warnings = [];

    /// <exception cref="LibpcapException">The interface cannot be opened, or libpcap is not installed.</exception>
    public LibpcapCapture(string name, int snapLength, bool isPromiscuous, bool isImmediate, int bufferBytes, Func<LinkType, string>? filter)
    {
        _name = name;
        _handle = Guard(() => Create(name));
        try
        {
            Activate(snapLength, isPromiscuous, isImmediate, bufferBytes);
            Link = (LinkType)LibpcapImports.pcap_datalink(_handle);
            if (!LinkTypes.IsSupported(Link))
                throw new LibpcapException(string.Create(CultureInfo.InvariantCulture, $"{name}: link type {(uint)Link} cannot be read; leave this interface out."));
            if (filter is not null)
            {
                using var program = new BpfFilter(_handle, filter(Link));
                program.Install(_handle, name);
            }

            var message = stackalloc byte[LibpcapImports.PCAP_ERRBUF_SIZE];
            if (LibpcapImports.pcap_setnonblock(_handle, 1, message) != 0) throw new LibpcapException($"{name}: {Text(message)}");
            Descriptor = LibpcapImports.pcap_get_selectable_fd(_handle);
            if (Descriptor < 0) throw new LibpcapException($"{name}: this interface cannot be waited for (no selectable descriptor).");
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    public LinkType Link { get; }

    /// <summary>To be polled for reading; owned by libpcap.</summary>
    public int Descriptor { get; }

    /// <summary>What one unit of <see cref="PcapPacketHeader.Fraction"/> is worth in nanoseconds.</summary>
    public int FractionNanoseconds { get; private set; }

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Hands over what is in the ring. 0: nothing there.</summary>
    /// <returns>Packets handed over; negative where <see cref="BreakLoop"/> was called.</returns>
    /// <exception cref="LibpcapException">The interface went away.</exception>
    public int Dispatch(int max, delegate* unmanaged[Cdecl]<nint, PcapPacketHeader*, byte*, void> callback, nint user)
    {
        var count = LibpcapImports.pcap_dispatch(_handle, max, callback, user);
        return count == LibpcapImports.PCAP_ERROR
            ? throw new LibpcapException($"{_name}: {Text(LibpcapImports.pcap_geterr(_handle))}")
            : count;
    }

    public void BreakLoop() => LibpcapImports.pcap_breakloop(_handle);

    public PcapStat ReadStatistics()
    {
        PcapStat stat;
        return LibpcapImports.pcap_stats(_handle, &stat) == 0
            ? stat
            : throw new LibpcapException($"{_name}: {Text(LibpcapImports.pcap_geterr(_handle))}");
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Turns a missing library into the one exception that the rest knows.</summary>
    public static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            throw new LibpcapException("libpcap 1.0 or newer is not installed (Debian: apt install libpcap0.8).", inner: missing);
        }
    }

    private static PcapHandle Create(string name)
    {
        var message = stackalloc byte[LibpcapImports.PCAP_ERRBUF_SIZE];
        var handle = LibpcapImports.pcap_create(name, message);
        return handle.IsInvalid ? throw new LibpcapException($"{name}: {Text(message)}") : handle;
    }

    private void Activate(int snapLength, bool isPromiscuous, bool isImmediate, int bufferBytes)
    {
        Check(LibpcapImports.pcap_set_snaplen(_handle, snapLength));
        Check(LibpcapImports.pcap_set_promisc(_handle, isPromiscuous ? 1 : 0));
        Check(LibpcapImports.pcap_set_immediate_mode(_handle, isImmediate ? 1 : 0));
        // Without immediate mode: how long a block waits to be filled. It is no time-out of the wait.
        Check(LibpcapImports.pcap_set_timeout(_handle, 1));
        Check(LibpcapImports.pcap_set_buffer_size(_handle, bufferBytes));
        // Refused where the platform has none; then we ask below what it is.
        _ = LibpcapImports.pcap_set_tstamp_precision(_handle, LibpcapImports.PCAP_TSTAMP_PRECISION_NANO);
        var status = LibpcapImports.pcap_activate(_handle);
        Check(status);
        if (status > 0) _warnings.Add($"{_name}: {Describe(status)}");
        FractionNanoseconds = LibpcapImports.pcap_get_tstamp_precision(_handle) == LibpcapImports.PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
    }

    private void Check(int status)
    {
        if (status >= 0) return;
        throw new LibpcapException(status switch
        {
            LibpcapImports.PCAP_ERROR_NO_SUCH_DEVICE => $"{_name}: no such interface ('ip link' lists them).",
            LibpcapImports.PCAP_ERROR_PERM_DENIED or LibpcapImports.PCAP_ERROR_PROMISC_PERM_DENIED =>
                $"{_name}: not permitted to capture; run as root or with CAP_NET_RAW.",
            LibpcapImports.PCAP_ERROR_IFACE_NOT_UP => $"{_name}: the interface is down ('ip link set {_name} up').",
            _ => $"{_name}: {Describe(status)}",
        }, status);
    }

    // The handle's own message says more than the number, where there is one.
    private string Describe(int status)
    {
        var detail = Text(LibpcapImports.pcap_geterr(_handle));
        var general = Text(LibpcapImports.pcap_statustostr(status));
        return detail.Length == 0 ? general : status == LibpcapImports.PCAP_ERROR ? detail : $"{general} ({detail})";
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
