using PortSentry.Daemon.Live;

namespace PortSentry.Daemon.Tests.Live;

public sealed class StateDirectoryTests
{
    [Fact]
    public void A_second_daemon_is_told_of_the_first()
    {
        var directory = Directory.CreateTempSubdirectory("portsentry-state");
        try
        {
            using var held = StateDirectory.Hold(directory.FullName);
            Assert.Contains("held by another daemon", Assert.Throws<IOException>(() => StateDirectory.Hold(directory.FullName)).Message, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(true);
        }
    }

    [Fact]
    public void A_place_where_nothing_can_be_written_is_no_other_daemon()
    {
        var message = Assert.Throws<IOException>(() => StateDirectory.Hold("/proc/portsentry")).Message;
        Assert.Contains("/proc/portsentry cannot be used", message, StringComparison.Ordinal);
        Assert.DoesNotContain("another daemon", message, StringComparison.Ordinal);
    }
}
