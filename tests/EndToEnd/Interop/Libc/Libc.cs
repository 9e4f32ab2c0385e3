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

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setns(SafeFileHandle fd, int nstype);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int sig);
}
