using System.Text;
using System.Text.Unicode;

namespace PortSentry.Daemon.Classic;

/// <summary>The classic files where Debian keeps them, for 'run --classic' and 'import'.</summary>
public static class ClassicDirectory
{
    /// <summary>Where Debian has them.</summary>
    public const string Default = "/etc/portsentry";

    /// <summary>Of <see cref="Default"/>; of another directory the file that lies as this one does to that.</summary>
    public const string DefaultsPath = "/etc/default/portsentry";

    /// <summary>Reads portsentry.conf, portsentry.ignore.static and portsentry.ignore of a directory, and the defaults file where there is one.</summary>
    /// <param name="defaultsPath">Null: ../default/portsentry.</param>
    /// <exception cref="IOException">portsentry.conf is missing, or a file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static ClassicImport Import(string directory, string? defaultsPath = null)
    {
        defaultsPath ??= Path.GetFullPath("../default/portsentry", Path.GetFullPath(directory));
        var conf = Path.GetFullPath("portsentry.conf", Path.GetFullPath(directory));
        string[] ignores = [Path.Combine(Path.GetDirectoryName(conf)!, "portsentry.ignore"), Path.Combine(Path.GetDirectoryName(conf)!, "portsentry.ignore.static")];
        return ClassicImporter.Import(Read(conf), [.. ignores.Where(File.Exists).Select(Read)], File.Exists(defaultsPath) ? Read(defaultsPath) : null);
    }

    /// <summary>Classic files know no encoding: UTF-8 where it is that, else Latin-1, in which every byte is a character.</summary>
    /// <exception cref="IOException">It cannot be read, or is longer than 1 MiB and so something else.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ClassicInput Read(string path)
    {
        const int Longest = 1 << 20;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[Longest + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > Longest) throw new IOException($"{path} is longer than {Longest} bytes: no file of PortSentry.");
        var text = Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8 : Encoding.Latin1;
        return new ClassicInput(path, text.GetString(bytes, 0, length));
    }
}
