namespace PortSentry.EndToEnd.Lab;

/// <summary>A small file system of its own, which can be full or read-only: root heeds no mode bits. Made before the daemon that is to see it.</summary>
internal sealed class Volume : IAsyncDisposable
{
    private readonly string _filler;

    private Volume(string path)
    {
        Path = path;
        _filler = System.IO.Path.Combine(path, "filler");
    }

    public string Path { get; }

    public static async Task<Volume> MountAsync(string path, string size = "1m")
    {
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "none", Directory.CreateDirectory(path).FullName);
        return new Volume(path);
    }

    public Task SetReadOnlyAsync(bool readOnly) => RunAsync("mount", "-o", $"remount,{(readOnly ? "ro" : "rw")}", Path);

    public void Fill()
    {
        using var file = File.OpenWrite(_filler);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public void MakeRoom() => File.Delete(_filler);

    public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", Path);

    private static async Task RunAsync(params string[] command) => (await Finished.RunAsync(command, TimeSpan.FromSeconds(20))).Must();
}
