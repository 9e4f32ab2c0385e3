namespace PortSentry.Daemon.Live;

/// <summary>The state directory, held by one daemon at a time.</summary>
internal sealed class StateDirectory : IDisposable
{
    private const int WouldBlock = 11; // EWOULDBLOCK, of flock

    private readonly FileStream _lock;

    private StateDirectory(FileStream held) => _lock = held;

    /// <exception cref="IOException">It cannot be made, or another daemon holds it.</exception>
    public static StateDirectory Hold(string path)
    {
        try
        {
            if (!Directory.Exists(path)) Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
            // FileShare.None is an advisory lock (flock) that ends with the process, however it ends.
            return new StateDirectory(new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (exception.HResult == WouldBlock)
        {
            throw new IOException($"{path} is held by another daemon: stop it, or give this one a --state-dir of its own.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the state directory {path} cannot be used ({exception.Message}); run as root, or name another with --state-dir", exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
