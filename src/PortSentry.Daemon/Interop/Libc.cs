using System.Runtime.InteropServices;

namespace PortSentry.Daemon.Interop;

/// <summary>What .NET does not offer of the C library.</summary>
internal static partial class Libc
{

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int chown(string path, uint owner, uint group);

    [LibraryImport("libc")]
    public static partial uint geteuid();
}
