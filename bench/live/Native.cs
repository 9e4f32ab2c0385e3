using System.ComponentModel;
using System.Runtime.InteropServices;

namespace PortSentry.Bench.Live;

/// <summary>What a sender and a meter need of libc.</summary>
internal static unsafe partial class Native
{
    public const int SIGINT = 2;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int EAGAIN = 11;
    public const int ENOBUFS = 105;
    private const int ThreadCpuTime = 3;

    /// <summary>Processor time of the calling thread in nanoseconds.</summary>
    public static long ThreadCpu()
    {
        var time = stackalloc long[2];
        return clock_gettime(ThreadCpuTime, time) == 0 ? (time[0] * 1_000_000_000) + time[1] : throw Failure();
    }

    public static Win32Exception Failure() => new(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clock, long* time);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(int descriptor, void* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sendmmsg(int descriptor, MultiMessage* messages, uint count, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint if_nametoindex(string name);
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Piece
{
    public nint Base;
    public nuint Length;
}

/// <summary>struct mmsghdr on a 64-bit ABI: a struct msghdr and the number of bytes sent.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MultiMessage
{
    public nint Name;
    public uint NameLength;
    public nint Pieces;
    public nuint PieceCount;
    public nint Control;
    public nuint ControlLength;
    public int Flags;
    public uint Sent;
}
