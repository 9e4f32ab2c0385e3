using System.Text;

namespace PortSentry.Daemon.Hocon;

/// <summary>Files on disk, strict UTF-8 with or without a byte order mark.</summary>
public sealed class DiskFiles : IHoconFiles
{
    public static readonly DiskFiles Instance = new();

    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    public string Resolve(string? directory, string name) => Path.GetFullPath(name, directory ?? Directory.GetCurrentDirectory());

    public string? Read(string path, int maximumLength)
    {
        byte[] bytes;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            bytes = ReadBounded(stream, 4L * maximumLength);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        try
        {
            var text = StrictUtf8.GetString(bytes);
            return text.Length <= maximumLength ? text : throw new IOException($"{path} is longer than {maximumLength} characters.");
        }
        catch (DecoderFallbackException e)
        {
            var line = 1 + bytes.AsSpan(0, Math.Clamp(e.Index, 0, bytes.Length)).Count((byte)'\n');
            throw new IOException($"{path} is not UTF-8: byte {e.Index}, line {line}. Convert it, for example with 'iconv -f latin1 -t utf-8'.");
        }
    }

    // A device or a pipe has no length to look at beforehand: stop one byte past the limit.
    private static byte[] ReadBounded(FileStream stream, long limit)
    {
        using var copy = new MemoryStream();
        var chunk = new byte[16384];
        for (int n; (n = stream.Read(chunk)) > 0;)
        {
            copy.Write(chunk, 0, n);
            if (copy.Length > limit) throw new IOException($"{stream.Name} is longer than {limit} bytes.");
        }

        return copy.ToArray();
    }
}
