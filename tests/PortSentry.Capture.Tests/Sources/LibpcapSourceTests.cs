using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PortSentry.Capture.Filter;
using PortSentry.Capture.Interop.Libpcap;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Sources;

/// <summary>On the loopback interface of this machine; needs CAP_NET_RAW, as the daemon does.</summary>
public sealed class LibpcapSourceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("lo", true)]
    [InlineData("lo", false)]
    [InlineData("any", true)]
    public void Datagram_is_seen_with_its_time(string name, bool isImmediate)
    {
        using var source = new LibpcapSource(new LibpcapOptions(name) { Immediate = isImmediate, Filter = EvidenceFilter });
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = (ushort)((IPEndPoint)receiver.Client.LocalEndPoint!).Port;
        using var stop = new CancellationTokenSource(Patience);
        CollectingHandler.Frame? seen = null;
        var handler = new CollectingHandler
        {
            OnFrame = frame =>
            {
                if (PacketView.TryRead(frame.Link, frame.Bytes, frame.OriginalLength, out var packet) != Malformed.None) return;
                if (packet.Protocol != IpProtocol.Udp || packet.DestinationPort != port) return;
                Assert.Equal(Address.LoopbackV4, packet.Source);
                Assert.Equal(3, packet.PayloadLength);
                seen = frame;
                stop.Cancel();
            },
        };
        receiver.Send([1, 2, 3], new IPEndPoint(IPAddress.Loopback, port));
        source.Run(handler, stop.Token);

        Assert.NotNull(seen);
        Assert.InRange((DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(seen.Time / 1_000_000)).TotalSeconds, -1, 60);
        Assert.True(source.Statistics.Received > 0);
        Assert.True(source.Statistics.Bytes > 0);
    }

    [Fact]
    public void Quiet_interface_idles_and_stops_at_once()
    {
        // Nothing on this machine speaks this protocol number.
        using var source = new LibpcapSource(new LibpcapOptions("lo") { Filter = _ => "ip proto 253" });
        using var stop = new CancellationTokenSource();
        var idles = 0;
        var handler = new CollectingHandler
        {
            OnIdle = () =>
            {
                if (++idles == 5) stop.Cancel();
            },
        };
        var clock = Stopwatch.StartNew();
        source.Run(handler, stop.Token);
        Assert.Equal(5, handler.Idles);
        Assert.Empty(handler.Frames);
        Assert.True(clock.Elapsed < Patience);
    }

    [Fact]
    public async Task Stop_from_another_thread_wakes_the_wait()
    {
        using var source = new LibpcapSource(new LibpcapOptions("lo") { Filter = _ => "ip proto 253" });
        using var stop = new CancellationTokenSource();
        var idled = new TaskCompletionSource();
        var run = Task.Factory.StartNew(
            () => source.Run(new CollectingHandler { OnIdle = () => idled.TrySetResult() }, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await idled.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        await run.WaitAsync(Patience);
    }

    [Fact]
    public void Missing_interface_is_named_with_the_next_step()
    {
        var refusal = Assert.Throws<LibpcapException>(() => new LibpcapSource(new LibpcapOptions("nosuch0")));
        Assert.True(refusal.IsNoSuchDevice);
        Assert.Contains("nosuch0", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ip link", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_filter_is_refused_at_the_start() =>
        Assert.Throws<LibpcapException>(() => new LibpcapSource(new LibpcapOptions("lo") { Filter = _ => "nonsense here" }));

    [Fact]
    public void Failing_handler_ends_the_run_with_its_own_failure()
    {
        using var source = new LibpcapSource(new LibpcapOptions("lo") { Filter = _ => "udp" });
        using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        sender.Send([1], (IPEndPoint)sender.Client.LocalEndPoint!);
        using var stop = new CancellationTokenSource(Patience);
        var handler = new CollectingHandler { OnFrame = _ => throw new FormatException("the handler's own") };
        var failure = Assert.Throws<InvalidOperationException>(() => source.Run(handler, stop.Token));
        Assert.IsType<FormatException>(failure.InnerException);
    }

    [Fact]
    public void Vanished_interface_surfaces_as_a_failure()
    {
        const string Interface = "vanish0";
        PrivateNetwork.Run(() =>
        {
            PrivateNetwork.Ip($"link add {Interface} type veth peer name vanish1");
            PrivateNetwork.Ip($"link set {Interface} up");
            using var source = new LibpcapSource(new LibpcapOptions(Interface) { Filter = EvidenceFilter });
            using var stop = new CancellationTokenSource(Patience);
            var isGone = false;
            var handler = new CollectingHandler
            {
                OnIdle = () =>
                {
                    if (isGone) return;
                    isGone = true;
                    PrivateNetwork.Ip($"link delete {Interface}");
                },
            };
            Assert.Throws<LibpcapException>(() => source.Run(handler, stop.Token));
        });
    }

    private static string EvidenceFilter(LinkType link) => KernelFilter.Build(new KernelFilterOptions(link));
}
