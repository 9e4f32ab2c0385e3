using System.Runtime.InteropServices;

namespace PortSentry.Daemon.Interop;

/// <summary>What .NET does not offer of the C library.</summary>
internal static partial class Libc
{
    public const int SIGHUP = 1;

    /// <summary>A handler for <see cref="signal"/>: what the kernel does by itself.</summary>
    public const nint SIG_DFL = 0;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int chown(string path, uint owner, uint group);

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc")]
    public static partial nint signal(int number, nint handler);
}
