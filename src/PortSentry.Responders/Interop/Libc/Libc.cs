using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortSentry.Responders.Interop.Libc;

/// <summary>statx(2), fchown(2), fsync(2) of a folder, kill(2) of a group: what .NET leaves out.</summary>
internal static partial class Libc
{
    public const int SIGKILL = 9;
    public const int O_RDONLY = 0;
    public const int O_DIRECTORY = 0x10000;
    public const int O_CLOEXEC = 0x80000;
    private const int AT_FDCWD = -100;
    private const uint STATX_BASIC_STATS = 0x7FF;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchown(SafeFileHandle file, uint owner, uint group);

    /// <summary>A negative process id is a process group.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, out statx_buffer buffer);

    public static bool TryStat(string path, out statx_buffer buffer) => statx(AT_FDCWD, path, 0, STATX_BASIC_STATS, out buffer) == 0;

    /// <summary>struct statx: 256 bytes with the same layout on every architecture, unlike struct stat.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct statx_buffer
    {
        [FieldOffset(20)]
        public uint stx_uid;

        [FieldOffset(24)]
        public uint stx_gid;

        [FieldOffset(28)]
        public ushort stx_mode;
    }
}
