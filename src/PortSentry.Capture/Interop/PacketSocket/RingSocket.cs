using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortSentry.Capture.Interop.Libpcap;

namespace PortSentry.Capture.Interop.PacketSocket;

/// <summary>
/// A packet socket with a receive ring in shared memory. It receives nothing before <see cref="Bind(int)"/>, so a filter attached
/// before is never passed by. The filter may be changed by any thread; the rest belongs to one.
/// </summary>
internal sealed unsafe class RingSocket : IDisposable
{
    // struct ifreq: the name, then a union; 40 bytes on a 64-bit ABI.
    private const int RequestLength = 40;

    private readonly SafeFileHandle _handle;
    private readonly string _name;
    private byte* _ring;
    private nuint _length;

    /// <param name="cooked">Without link headers (SOCK_DGRAM): packets begin at the network layer.</param>
    public RingSocket(string name, bool cooked)
    {
        _name = name;
        var type = (cooked ? PacketImports.SOCK_DGRAM : PacketImports.SOCK_RAW) | PacketImports.SOCK_CLOEXEC;
        // Protocol 0: deaf until it is bound.
        var descriptor = PacketImports.socket(PacketImports.AF_PACKET, type, 0);
        if (descriptor < 0) throw Failure("socket(AF_PACKET)");
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Index and ARPHRD of an interface in the calling thread's network namespace.</summary>
    /// <exception cref="PacketSocketException">No such interface, or not permitted.</exception>
    public static (int Index, ushort Hardware) Find(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length is 0 or >= PacketImports.IFNAMSIZ) throw new PacketSocketException(name, "name", PacketImports.ENODEV);
        using var socket = new RingSocket(name, cooked: false);
        var request = stackalloc byte[RequestLength];
        new Span<byte>(request, RequestLength).Clear();
        bytes.CopyTo(new Span<byte>(request, PacketImports.IFNAMSIZ));
        if (PacketImports.ioctl(socket.Descriptor, PacketImports.SIOCGIFINDEX, request) != 0) throw socket.Failure("SIOCGIFINDEX");
        var index = *(int*)(request + PacketImports.IFNAMSIZ);
        // The answer is a struct sockaddr whose family is the ARPHRD.
        if (PacketImports.ioctl(socket.Descriptor, PacketImports.SIOCGIFHWADDR, request) != 0) throw socket.Failure("SIOCGIFHWADDR");
        return (index, *(ushort*)(request + PacketImports.IFNAMSIZ));
    }

    /// <summary>The ring's memory: <paramref name="request"/>.BlockCount blocks one behind another.</summary>
    public byte* Map(int version, RingRequest request)
    {
        Set(PacketImports.SOL_PACKET, PacketImports.PACKET_VERSION, &version, sizeof(int), "PACKET_VERSION");
        var size = version == PacketImports.TPACKET_V3 ? sizeof(RingRequest) : 4 * sizeof(uint);
        Set(PacketImports.SOL_PACKET, PacketImports.PACKET_RX_RING, &request, size, "no memory for the ring (make capture.buffer smaller): PACKET_RX_RING");
        _length = (nuint)request.BlockSize * request.BlockCount;
        var ring = PacketImports.mmap(null, _length, PacketImports.PROT_READ | PacketImports.PROT_WRITE, PacketImports.MAP_SHARED, Descriptor, 0);
        if ((nint)ring == -1) throw Failure("mmap of the ring");
        return _ring = (byte*)ring;
    }

    /// <summary>Puts a classic BPF program in the place of the one before, atomically. Any thread.</summary>
    public void Attach(ReadOnlySpan<BpfInstruction> program) =>
        SetProgram(program, PacketImports.SOL_SOCKET, PacketImports.SO_ATTACH_FILTER, "the kernel refused the filter");

    /// <param name="index">Of the interface; 0 is all.</param>
    /// <exception cref="PacketSocketException">The interface is down or gone.</exception>
    public void Bind(int index) => Bind(index, PacketImports.ETH_P_ALL);

    /// <summary>Hears nothing until <see cref="Bind(int)"/>, and costs no packet anything. The kernel takes some milliseconds for it.</summary>
    /// <exception cref="PacketSocketException">The interface is down or gone.</exception>
    public void Rest(int index) => Bind(index, PacketImports.ETH_P_NONE);

    public void SetPromiscuous(int index)
    {
        var membership = new Membership { Interface = index, Type = PacketImports.PACKET_MR_PROMISC };
        Set(PacketImports.SOL_PACKET, PacketImports.PACKET_ADD_MEMBERSHIP, &membership, sizeof(Membership), "promiscuous mode");
    }

    /// <summary>Counters since the last call.</summary>
    public RingStatistics TakeStatistics()
    {
        RingStatistics statistics = default;
        var length = (uint)sizeof(RingStatistics);
        return PacketImports.getsockopt(Descriptor, PacketImports.SOL_PACKET, PacketImports.PACKET_STATISTICS, &statistics, &length) == 0
            ? statistics
            : throw Failure("PACKET_STATISTICS");
    }

    /// <exception cref="PacketSocketException">What happened to the interface since the last call.</exception>
    public void ThrowOnError()
    {
        int error;
        uint length = sizeof(int);
        if (PacketImports.getsockopt(Descriptor, PacketImports.SOL_SOCKET, PacketImports.SO_ERROR, &error, &length) != 0) throw Failure("SO_ERROR");
        if (error != 0) throw new PacketSocketException(_name, "capture", error);
    }

    public void Dispose()
    {
        if (_ring != null) _ = PacketImports.munmap(_ring, _length);
        _ring = null;
        _handle.Dispose();
    }

    private void Bind(int index, ushort protocol)
    {
        var address = new LinkAddress { Family = PacketImports.AF_PACKET, Protocol = BinaryPrimitives.ReverseEndianness(protocol), Interface = index };
        if (PacketImports.bind(Descriptor, &address, (uint)sizeof(LinkAddress)) != 0) throw Failure("bind");
        ThrowOnError();
    }

    private void SetProgram(ReadOnlySpan<BpfInstruction> program, int level, int name, string what)
    {
        fixed (BpfInstruction* instructions = program)
        {
            var value = new FilterProgram { Length = (ushort)program.Length, Instructions = (nint)instructions };
            Set(level, name, &value, sizeof(FilterProgram), what);
        }
    }

    private void Set(int level, int name, void* value, int length, string what)
    {
        if (PacketImports.setsockopt(Descriptor, level, name, value, (uint)length) != 0) throw Failure(what);
    }

    private PacketSocketException Failure(string what) => new(_name, what, Marshal.GetLastPInvokeError());
}
