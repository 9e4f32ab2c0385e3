using System.Runtime.InteropServices;

namespace PortSentry.Capture.Interop.Netlink;

/// <summary>netlink(7), rtnetlink(7), sock_diag(7). Only <see cref="NetlinkSocket"/> calls it.</summary>
internal static unsafe partial class NetlinkImports
{
    public const int AF_NETLINK = 16;
    public const int SOCK_RAW = 3;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1;
    public const int SO_RCVTIMEO = 20;
    public const int NETLINK_ROUTE = 0;
    public const int NETLINK_SOCK_DIAG = 4;
    public const ushort NLMSG_ERROR = 2;
    public const ushort NLMSG_DONE = 3;
    public const ushort NLM_F_REQUEST = 1;
    public const ushort NLM_F_DUMP = 0x300;
    public const uint RTMGRP_LINK = 1;
    public const uint RTMGRP_IPV4_IFADDR = 0x10;
    public const uint RTMGRP_IPV6_IFADDR = 0x100;
    public const ushort RTM_NEWLINK = 16;
    public const ushort RTM_GETLINK = 18;
    public const ushort RTM_NEWADDR = 20;
    public const ushort RTM_GETADDR = 22;
    public const ushort RTM_NEWROUTE = 24;
    public const ushort RTM_GETROUTE = 26;
    public const ushort SOCK_DIAG_BY_FAMILY = 20;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int ENOBUFS = 105;

    private const string Library = "libc";

    [LibraryImport(Library, SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int bind(int descriptor, void* address, uint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setsockopt(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint send(int descriptor, void* buffer, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint recv(int descriptor, void* buffer, nuint length, int flags);
}
