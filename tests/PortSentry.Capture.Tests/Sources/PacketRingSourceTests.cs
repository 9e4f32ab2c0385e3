using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PortSentry.Capture.Interop.Libpcap;
using PortSentry.Capture.Interop.PacketSocket;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Sources;

/// <summary>In network namespaces of their own; need root, as the daemon does.</summary>
public sealed class PacketRingSourceTests
{
    private const int Port = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("lo", LinkType.Ethernet)]
    [InlineData("any", LinkType.LinuxSll)]
    public void Datagram_is_seen_with_its_time(string name, LinkType link) => PrivateNetwork.Run(() =>
    {
        using var source = Open(name);
        var before = DateTimeOffset.UtcNow;
        Send(1, [1, 2, 3]);
        // On the loopback interface a packet is seen leaving and arriving.
        var frames = Take(source, 2);

        foreach (var frame in frames)
        {
            Assert.Equal(link, frame.Link);
            Assert.Equal(Malformed.None, PacketView.TryRead(frame.Link, frame.Bytes, frame.OriginalLength, out var packet));
            Assert.Equal(IpProtocol.Udp, packet.Protocol);
            Assert.Equal(Address.LoopbackV4, packet.Source);
            Assert.Equal(Port, packet.DestinationPort);
            Assert.Equal(3, packet.PayloadLength);
            Assert.InRange(frame.Time / 1_000_000.0, before.ToUnixTimeMilliseconds() - 1.0, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 1.0);
        }

        Assert.Equal(2, source.Statistics.Received);
        Assert.Equal(0, source.Statistics.DroppedByKernel);
    });

    [Fact]
    public void Who_leaves_waits_for_no_end_of_a_flood() => PrivateNetwork.Run(() =>
    {
        const int Flood = 3000;
        var sent = 0;
        using var source = Open("lo", _ => "udp");
        Send(1, [1]);
        // There is always one more to hear.
        var handler = new CollectingHandler { Leaves = true, OnFrame = _ => { if (sent++ < Flood) Send(1, [1]); } };
        source.Run(handler, CancellationToken.None);
        Assert.InRange(handler.Frames.Count, 1, Flood - 1);
    });

    [Fact]
    public void Who_leaves_has_handed_over_his_batch_and_the_next_one_goes_on() => PrivateNetwork.Run(() =>
    {
        using var source = Open("lo", _ => "udp");
        Send(3, [1]);
        var first = new CollectingHandler { Leaves = true };
        source.Run(first, CancellationToken.None);
        Assert.Equal(6, first.Frames.Count);
        Send(1, [1]);
        Assert.Equal(2, Take(source, 2).Count);
        Assert.Equal(8, source.Statistics.Received);
    });

    [Fact]
    public void Cooked_packet_says_who_it_was_for() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link add ring0 type veth peer name ring1");
        PrivateNetwork.Ip("addr add 10.99.7.1/24 dev ring0");
        PrivateNetwork.Ip("link set ring0 up");
        PrivateNetwork.Ip("link set ring1 up");
        using var source = Open("any", _ => "udp");
        using var sender = new UdpClient { EnableBroadcast = true };
        sender.Send([1], new IPEndPoint(IPAddress.Parse("10.99.7.255"), Port));
        var frames = Take(source, 2);
        Assert.Single(frames, static frame => Read(frame) is (true, false));
        Assert.Single(frames, static frame => Read(frame) is (_, true));

        static (bool ToGroup, bool Outgoing) Read(CollectingHandler.Frame frame)
        {
            Assert.Equal(Malformed.None, PacketView.TryRead(frame.Link, frame.Bytes, frame.OriginalLength, out var packet));
            return (packet.IsLinkMulticast, packet.IsOutgoing);
        }
    });

    [Fact]
    public void Packet_is_cut_to_the_snap_length_and_says_its_own() => PrivateNetwork.Run(() =>
    {
        using var source = new PacketRingSource(new PacketRingOptions("lo") { SnapLength = 100, Filter = _ => "udp" });
        Send(1, new byte[1000]);
        var frame = Take(source, 2)[0];
        Assert.Equal(100, frame.Bytes.Length);
        Assert.Equal(1042, frame.OriginalLength);
    });

    [Fact]
    public void What_came_in_a_stall_at_the_beginning_of_a_flood_is_all_there() => PrivateNetwork.Run(() =>
    {
        using var source = Open("lo");
        // Nobody reads yet: a flood during a stall.
        const int Datagrams = 15_000;
        Send(Datagrams, [1, 2, 3, 4]);
        var frames = Take(source, 2 * Datagrams);
        Assert.Equal(new CaptureStatistics(2 * Datagrams, 0), source.Statistics with { Bytes = 0 });
        Assert.Equal(frames.Select(static frame => frame.Time).Order(), frames.Select(static frame => frame.Time));
    });

    [Fact]
    public void Flood_is_read_in_batches_and_what_follows_one_by_one() => PrivateNetwork.Run(() =>
    {
        using var source = Open("lo");
        using var stop = new CancellationTokenSource(Patience);
        long sent = 0;
        var flood = new Thread(() =>
        {
            var clock = Stopwatch.StartNew();
            using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            var target = new IPEndPoint(IPAddress.Loopback, Port);
            for (; clock.ElapsedMilliseconds < 1000; sent++) sender.Send([1], target);
            while (source.Changes < 2 && !stop.IsCancellationRequested) Thread.Yield();
            for (var i = 0; i < 10; i++, sent++) sender.Send([1], target);
            while (source.Statistics.Received < 2 * sent && !stop.IsCancellationRequested) Thread.Yield();
            stop.Cancel();
        });
        flood.Start();
        var handler = new Counting();
        source.Run(handler, stop.Token);
        flood.Join();
        // At a change of rings both listen for an instant.
        Assert.InRange(handler.Packets, 2 * sent, (2 * sent) + 10_000);
        Assert.Equal(0, source.Statistics.DroppedByKernel);
        Assert.Equal(2, source.Changes);
        Assert.False(source.IsBatch);
    });

    [Fact]
    public void Another_filter_takes_effect_between_two_packets() => PrivateNetwork.Run(() =>
    {
        using var source = Open("lo");
        Send(1, [1]);
        source.Refilter(static _ => "udp and not src host 127.0.0.1");
        Send(5, [2]);
        source.Refilter(static _ => "udp");
        Send(1, [3]);
        var frames = Take(source, 4);
        Assert.Equal([1, 1, 3, 3], frames.Select(static frame => (int)frame.Bytes[^1]));
        Assert.Throws<LibpcapException>(() => source.Refilter(static _ => "nonsense here"));
    });

    [Fact]
    public void Quiet_interface_idles_and_stop_wakes_the_wait() => PrivateNetwork.Run(() =>
    {
        using var source = Open("lo");
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
        Assert.True(clock.Elapsed < Patience);
    });

    [Fact]
    public void Interface_that_goes_down_ends_the_run_and_can_be_opened_when_it_is_back() => PrivateNetwork.Run(() =>
    {
        using (var source = Open("lo"))
        {
            using var stop = new CancellationTokenSource(Patience);
            var isDown = false;
            var handler = new CollectingHandler
            {
                OnIdle = () =>
                {
                    if (!isDown) PrivateNetwork.Ip("link set lo down");
                    isDown = true;
                },
            };
            Assert.True(Assert.Throws<PacketSocketException>(() => source.Run(handler, stop.Token)).IsDown);
        }

        Assert.True(Assert.Throws<PacketSocketException>(() => Open("lo")).IsDown);
        PrivateNetwork.Ip("link set lo up");
        using var again = Open("lo");
        Send(1, [1]);
        Assert.Equal(2, Take(again, 2).Count);
    });

    [Fact]
    public void Missing_interface_is_named_with_the_next_step()
    {
        var refusal = Assert.Throws<PacketSocketException>(() => Open("nosuch0"));
        Assert.True(refusal.IsNoSuchDevice);
        Assert.Contains("nosuch0", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ip link", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<PacketSocketException>(() => Open("a-name-that-is-too-long-for-linux"));
    }

    [Fact]
    public void Nothing_is_allocated_for_a_packet() => PrivateNetwork.Run(() =>
    {
        using var source = Open("lo");
        Send(15_000, [1]);
        using var stop = new CancellationTokenSource(Patience);
        var handler = new Counting { Expected = 30_000, Stop = stop };
        source.Run(handler, stop.Token);
        Assert.Equal(30_000, handler.Packets);
        Assert.Equal(0, handler.Allocated);
    });

    private static PacketRingSource Open(string name, Func<LinkType, string>? filter = null) =>
        new(new PacketRingOptions(name) { Filter = filter ?? (static _ => "udp") });

    private static void Send(int datagrams, byte[] payload)
    {
        using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var target = new IPEndPoint(IPAddress.Loopback, Port);
        for (var i = 0; i < datagrams; i++) sender.Client.SendTo(payload, target);
    }

    private static IReadOnlyList<CollectingHandler.Frame> Take(PacketRingSource source, int frames)
    {
        using var stop = new CancellationTokenSource(Patience);
        var left = frames;
        var handler = new CollectingHandler
        {
            OnFrame = _ =>
            {
                if (--left == 0) stop.Cancel();
            },
        };
        source.Run(handler, stop.Token);
        return handler.Frames;
    }

    private sealed class Counting : IPacketHandler
    {
        private long _before = -1;

        public long Packets { get; private set; }

        public long Expected { get; init; } = long.MaxValue;

        public CancellationTokenSource? Stop { get; init; }

        /// <summary>Bytes of the best run of 4,000 packets: what the runtime or a change of rings allocates once is no matter.</summary>
        public long Allocated { get; private set; } = long.MaxValue;

        public void Handle(LinkType link, long timestampNanoseconds, ReadOnlySpan<byte> frame, int originalLength)
        {
            if (Packets++ % 4000 == 0)
            {
                var now = GC.GetAllocatedBytesForCurrentThread();
                if (_before >= 0) Allocated = Math.Min(Allocated, now - _before);
                _before = now;
            }
            if (Packets == Expected) Stop?.Cancel();
        }

        public long Idle(long nowNanoseconds) => long.MaxValue;
    }
}
