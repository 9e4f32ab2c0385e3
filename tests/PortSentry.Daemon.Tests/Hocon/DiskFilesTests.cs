using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Hocon;

public sealed class DiskFilesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("portsentry-hocon-");

    public void Dispose() => _directory.Delete(true);

    [Fact]
    public void A_file_and_what_it_includes_are_read_from_disk()
    {
        var main = Write("main.conf", "include \"part.conf\"\na = 1"u8.ToArray());
        Write("part.conf", "b = ü"u8.ToArray());
        var value = new HoconLoader().Load(new HoconSource(main, DiskFiles.Instance.Read(main, 100)!, _directory.FullName));
        Assert.Equal("""{"b":"ü","a":1}""", Json.Of(value));
    }

    [Fact]
    public void What_is_not_there_is_null_and_what_is_not_UTF8_names_the_line()
    {
        Assert.Null(DiskFiles.Instance.Read(Path.Combine(_directory.FullName, "none", "x.conf"), 100));
        var latin = Write("latin.conf", [(byte)'a', (byte)'\n', (byte)'=', 0xFC]);
        var error = Assert.Throws<IOException>(() => DiskFiles.Instance.Read(latin, 100));
        Assert.Contains("line 2", error.Message);
    }

    [Fact]
    public void An_endless_file_is_refused() => Assert.Throws<IOException>(() => DiskFiles.Instance.Read("/dev/zero", 1000));

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
