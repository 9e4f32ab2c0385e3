using System.Runtime.InteropServices;

namespace PortSentry.Netlink.Interop;

/// <summary>socket(2), bind(2), send(2), recv(2), setsockopt(2) for netlink(7): .NET's Socket has no such family.</summary>
internal static partial class Libc
{
    public const int AF_NETLINK = 16;
    public const int SOCK_RAW = 3;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int NETLINK_ROUTE = 0;
    public const int NETLINK_SOCK_DIAG = 4;
    public const int NETLINK_NETFILTER = 12;
    public const int SOL_SOCKET = 1;
    public const int SO_RCVTIMEO = 20;
    public const int SO_ATTACH_FILTER = 26;
    public const int SO_SNDBUFFORCE = 32;
    public const int SO_RCVBUFFORCE = 33;
    public const int SOL_NETLINK = 270;
    public const int NETLINK_CAP_ACK = 10;
    public const int NETLINK_EXT_ACK = 11;
    public const int NETLINK_GET_STRICT_CHK = 12;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EEXIST = 17;
    public const int ENFILE = 23;
    public const int EPERM = 1;
    public const int ENOBUFS = 105;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(SafeDescriptor socket, in sockaddr_nl address, int length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(SafeDescriptor socket, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(SafeDescriptor socket, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(SafeDescriptor socket, int level, int name, ReadOnlySpan<byte> value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int setsockopt(SafeDescriptor socket, int level, int name, in sock_fprog value, int length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockname(SafeDescriptor socket, out sockaddr_nl address, ref int length);

    /// <summary>Puts a classic BPF program before the socket; the kernel copies it.</summary>
    public static unsafe bool TryAttach(SafeDescriptor socket, ReadOnlySpan<sock_filter> program)
    {
        fixed (sock_filter* first = program)
        {
            var whole = new sock_fprog { len = (ushort)program.Length, filter = first };
            return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, in whole, sizeof(sock_fprog)) == 0;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    /// <summary>netlink(7); 12 bytes on every Linux ABI.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct sockaddr_nl
    {
        public ushort nl_family;
        public ushort nl_pad;
        public uint nl_pid;
        public uint nl_groups;
    }

    /// <summary>linux/filter.h: an instruction; 8 bytes everywhere.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct sock_filter(ushort code, byte jt, byte jf, uint k);

    /// <summary>linux/filter.h: a length and a pointer, with the padding that the pointer asks for.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct sock_fprog
    {
        public ushort len;
        public sock_filter* filter;
    }
}
