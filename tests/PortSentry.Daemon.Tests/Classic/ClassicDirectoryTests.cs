using PortSentry.Daemon.Classic;

namespace PortSentry.Daemon.Tests.Classic;

public sealed class ClassicDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("portsentry-classic-");

    public void Dispose() => _directory.Delete(true);

    [Fact]
    public void The_files_of_a_directory_are_imported_together_whatever_their_encoding()
    {
        Write("portsentry.conf", [.. "PORT_BANNER=\"verboten f"u8, 0xFC, .. "r alle\"\nTCP_PORTS=\"1\"\n"u8]);
        Write("portsentry.ignore.static", "192.0.2.1\n"u8);
        Write("default", "TCP_MODE=\"atcp\"\n"u8);
        var import = ClassicDirectory.Import(_directory.FullName, Path.Combine(_directory.FullName, "default"));
        Assert.Contains("classic.banner = \"verboten für alle\"", import.Hocon);
        Assert.Contains("ignore += \"192.0.2.1\"", import.Hocon);
        Assert.Contains("classic.tcp-mode = atcp", import.Hocon);
    }

    [Fact]
    public void Without_a_portsentry_conf_there_is_nothing_to_import() =>
        Assert.Throws<FileNotFoundException>(() => ClassicDirectory.Import(_directory.FullName));

    private void Write(string name, ReadOnlySpan<byte> bytes) => File.WriteAllBytes(Path.Combine(_directory.FullName, name), bytes);
}
