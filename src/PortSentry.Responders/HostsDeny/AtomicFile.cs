using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortSentry.Responders.Interop.Libc;

namespace PortSentry.Responders.HostsDeny;

/// <summary>
/// Replaces a small file so that a reader sees the old or the new one, whatever happens: temporary file in the same folder, mode
/// and owner as before, fsync, rename(2), fsync of the folder.
/// </summary>
internal static class AtomicFile
{
    private const UnixFileMode Default = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <returns>Bytes as Latin-1 characters; null where there is no file.</returns>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.Latin1);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <param name="content">Latin-1; null deletes the file.</param>
    /// <exception cref="IOException">The folder or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write there.</exception>
    public static void Write(string path, string? content)
    {
        // A symbolic link stays one: what it points to is replaced.
        if (new FileInfo(path).LinkTarget is not null) path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        var folder = Path.GetDirectoryName(path)!;
        if (content is null)
        {
            File.Delete(path);
            SyncFolder(folder);
            return;
        }
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.portsentry-{Environment.ProcessId}");
        try
        {
            Fill(temporary, path, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        SyncFolder(folder);
    }

    private static void Fill(string temporary, string path, string content)
    {
        // Left by a process of the same number that died here; ours by its name.
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using var file = new FileStream(temporary, options);
        file.Write(Encoding.Latin1.GetBytes(content));
        if (Libc.TryStat(path, out var before))
        {
            if (Libc.fchown(file.SafeFileHandle, before.stx_uid, before.stx_gid) != 0)
                throw new IOException($"{temporary}: owner {before.stx_uid}:{before.stx_gid} could not be kept: {Marshal.GetLastPInvokeErrorMessage()}");
            File.SetUnixFileMode(file.SafeFileHandle, (UnixFileMode)(before.stx_mode & 0xFFF));
        }
        else
            File.SetUnixFileMode(file.SafeFileHandle, Default);
        file.Flush(flushToDisk: true);
    }

    private static void SyncFolder(string folder)
    {
        using var descriptor = new SafeFileHandle(Libc.open(folder, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC), ownsHandle: true);
        if (!descriptor.IsInvalid) _ = Libc.fsync(descriptor);
    }
}
