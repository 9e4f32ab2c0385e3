using System.Runtime.InteropServices;

namespace PortSentry.Capture.Interop.Libc;

/// <summary>
/// Zeroed memory straight from the kernel, in huge pages where it offers them (madvise(2), MADV_HUGEPAGE): a look-up in a big table
/// then misses the cache, but not the page tables as well. Pages that nobody touches cost nothing.
/// </summary>
internal static unsafe partial class PageMemory
{
    private const nuint HugePage = 2 << 20;
    private const int PROT_READ = 1, PROT_WRITE = 2, MAP_PRIVATE = 2, MAP_ANONYMOUS = 0x20, MADV_HUGEPAGE = 14;

    /// <exception cref="InsufficientMemoryException">The kernel has no room.</exception>
    public static void* Allocate(nuint bytes)
    {
        var address = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return address != -1 ? (void*)address : throw new InsufficientMemoryException($"no memory for a table of {bytes} bytes");
    }

    /// <summary>
    /// So many bytes from the beginning will be used all over. Few of them: small pages, since a huge one takes as long to clear as 500.
    /// </summary>
    public static void WillUse(void* address, nuint bytes)
    {
        // Refused advice (no huge pages in this kernel) changes nothing but the speed.
        if (bytes >= 4 * HugePage) _ = madvise((nint)address, bytes, MADV_HUGEPAGE);
    }

    public static void Free(void* address, nuint bytes) => _ = munmap((nint)address, bytes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nuint length, int advice);
}
