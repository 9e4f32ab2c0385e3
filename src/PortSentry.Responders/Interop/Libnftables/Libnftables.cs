using System.Reflection;
using System.Runtime.InteropServices;

namespace PortSentry.Responders.Interop.Libnftables;

/// <summary>libnftables(3).</summary>
internal static partial class Libnftables
{
    private const string Library = "libnftables";

    static Libnftables() => NativeLibrary.SetDllImportResolver(typeof(Libnftables).Assembly, Resolve);

    [LibraryImport(Library)]
    public static partial SafeNftContext nft_ctx_new(uint flags);

    [LibraryImport(Library)]
    public static partial void nft_ctx_free(nint context);

    [LibraryImport(Library)]
    public static partial int nft_ctx_buffer_output(SafeNftContext context);

    [LibraryImport(Library)]
    public static partial int nft_ctx_buffer_error(SafeNftContext context);

    [LibraryImport(Library)]
    public static partial nint nft_ctx_get_output_buffer(SafeNftContext context);

    [LibraryImport(Library)]
    public static partial nint nft_ctx_get_error_buffer(SafeNftContext context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nft_run_cmd_from_buffer(SafeNftContext context, string buffer);

    // The runtime package has the soname only; the plain name comes with the development package.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (var soname in (ReadOnlySpan<string>)["libnftables.so.1", "libnftables.so"])
            if (NativeLibrary.TryLoad(soname, out var handle)) return handle;
        return 0;
    }
}
