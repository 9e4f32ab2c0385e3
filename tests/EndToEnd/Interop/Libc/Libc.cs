using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortSentry.EndToEnd.Interop.Libc;

internal static partial class Libc
{
    internal const int CLONE_NEWNET = 0x40000000;
    internal const int SIGINT = 2;
    internal const int SIGKILL = 9;
    internal const int SIGHUP = 1;
    internal const int SIGTERM = 15;
    internal const int AF_NETLINK = 16;
    internal const int AF_PACKET = 17;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int NETLINK_NETFILTER = 12;
    internal const int SOL_SOCKET = 1;
    internal const int SO_RCVTIMEO = 20;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setns(SafeFileHandle fd, int nstype);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int sig);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int descriptor);

    /// <param name="address">struct sockaddr_*, as it lies in memory.</param>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int bind(int socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(int socket, int level, int name, ReadOnlySpan<byte> value, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recv(int socket, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint send(int socket, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint if_nametoindex(string name);

    internal static InvalidOperationException Failure(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
}
