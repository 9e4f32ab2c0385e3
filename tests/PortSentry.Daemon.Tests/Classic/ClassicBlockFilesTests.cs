using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Classic;

namespace PortSentry.Daemon.Tests.Classic;

public sealed class ClassicBlockFilesTests : IDisposable
{
    private static readonly Instant Time = Instant.From(DateTimeOffset.FromUnixTimeSeconds(942286729));
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("portsentry-classic-");

    public void Dispose() => _directory.Delete(true);

    [Fact]
    public void A_line_is_the_classic_one_byte_for_byte() => Assert.Equal(
        "942286729 - 11/10/1999 20:18:49 Host: 192.168.2.12/192.168.2.12 Port: 111 TCP Blocked",
        ClassicBlockLine.Format(Time, Zone(-6), null, Address.Parse("192.168.2.12"), 111, IpProtocol.Tcp));

    [Fact]
    public void A_host_name_holds_nothing_that_its_owner_could_forge_a_line_with() => Assert.Equal(
        "942286729 - 11/11/1999 02:18:49 Host: a?b?Host:/2001:db8::1 Port: 53 UDP Blocked".Replace("Host:/", "Host?/", StringComparison.Ordinal),
        ClassicBlockLine.Format(Time, TimeZoneInfo.Utc, "a\nb Host:", Address.Parse("2001:db8::1"), 53, IpProtocol.Udp));

    [Fact]
    public void History_is_kept_and_the_blocked_file_of_each_mode_begins_empty()
    {
        var history = Path.Combine(_directory.FullName, "history");
        var blocked = Path.Combine(_directory.FullName, "blocked");
        File.WriteAllText(history, "old\n");
        File.WriteAllText(blocked + ".atcp", "old\n");
        var files = new ClassicBlockFiles(history, blocked, new FixedZone());
        files.Start(["atcp", "audp"]);
        files.Write(Time, "scanner.example", Address.Parse("198.51.100.7"), 23, IpProtocol.Tcp, "atcp");
        const string Line = "942286729 - 11/11/1999 07:48:49 Host: scanner.example/198.51.100.7 Port: 23 TCP Blocked\n";
        Assert.Equal("old\n" + Line, File.ReadAllText(history));
        Assert.Equal(Line, File.ReadAllText(blocked + ".atcp"));
        Assert.Equal("", File.ReadAllText(blocked + ".audp"));
    }

    private static TimeZoneInfo Zone(double hours) => TimeZoneInfo.CreateCustomTimeZone("t", TimeSpan.FromHours(hours), "t", "t");

    private sealed class FixedZone : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone { get; } = Zone(5.5);
    }
}
