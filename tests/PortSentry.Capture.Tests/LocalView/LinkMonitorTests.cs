using PortSentry.Capture.LocalView;

namespace PortSentry.Capture.Tests.LocalView;

/// <summary>In network namespaces of their own; need root.</summary>
public sealed class LinkMonitorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void Links_are_told_with_their_state() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link add ring0 type veth peer name ring1");
        PrivateNetwork.Ip("link set ring0 up");
        using var monitor = new LinkMonitor(static () => { });
        var links = monitor.Read();
        Assert.Contains(new NetworkLink("lo", true, true, false), links);
        Assert.Contains(new NetworkLink("ring0", true, false, false), links);
        Assert.Contains(new NetworkLink("ring1", false, false, false), links);
    });

    [Theory]
    [InlineData("link add ring2 type veth peer name ring3")]
    [InlineData("link set ring0 up")]
    [InlineData("addr add 10.99.7.1/24 dev ring0")]
    [InlineData("link delete ring0")]
    public void What_changes_is_news(string change) => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link add ring0 type veth peer name ring1");
        using var changed = new ManualResetEventSlim();
        using var monitor = new LinkMonitor(changed.Set);
        PrivateNetwork.Ip(change);
        Assert.True(changed.Wait(Patience));
    });

    [Fact]
    public void Disposal_ends_the_wait_at_once() => PrivateNetwork.Run(() =>
    {
        var monitor = new LinkMonitor(static () => { });
        monitor.Dispose();
        monitor.Dispose();
        Assert.Throws<ObjectDisposedException>(monitor.Read);
    });
}
