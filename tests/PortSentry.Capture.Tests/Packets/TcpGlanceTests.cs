using PortSentry.Capture.Packets;
using PortSentry.Core;

namespace PortSentry.Capture.Tests.Packets;

/// <summary>The quick look and the whole parser must never tell two stories of one frame.</summary>
public sealed class TcpGlanceTests
{
    private static readonly byte[] Data = Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(40000, 443, TcpFlags.Ack | TcpFlags.Psh, new byte[6])));

    private static readonly byte[] Padded = [.. Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(443, 40000, TcpFlags.Ack))), .. new byte[6]];

    [Fact]
    public void Ordinary_segments_are_read_at_a_glance()
    {
        Assert.True(TcpGlance.TryRead(Data, out var data));
        Assert.True(data is { IsPlain: true, SourcePort: 40000, DestinationPort: 443 });
        Assert.True(TcpGlance.TryRead(Padded, out var padded));
        Assert.True(padded.IsPlain);
    }

    [Fact]
    public void Whatever_is_read_at_a_glance_is_read_alike_in_full()
    {
        foreach (var frame in (byte[][])[Data, Padded])
            for (var at = 0; at < frame.Length; at++)
                for (var value = 0; value < 256; value++)
                {
                    var changed = (byte[])frame.Clone();
                    changed[at] = (byte)value;
                    AssertAlike(changed);
                }
    }

    [Fact]
    public void Truncated_frames_are_read_alike_or_left_alone()
    {
        for (var length = 0; length <= Data.Length; length++) AssertAlike(Data.AsSpan(0, length));
    }

    private static void AssertAlike(ReadOnlySpan<byte> frame)
    {
        if (!TcpGlance.TryRead(frame, out var glance)) return;
        Assert.Equal(Malformed.None, PacketView.TryRead(LinkType.Ethernet, frame, frame.Length, out var view));
        Assert.True(view is { Protocol: IpProtocol.Tcp, HasTransport: true, HasTcpFlags: true, IsFragment: false, HasIpOptions: false });
        Assert.Equal(view.Source, glance.Source);
        Assert.Equal(view.Destination, glance.Destination);
        Assert.Equal((view.SourcePort, view.DestinationPort, view.TcpFlags), (glance.SourcePort, glance.DestinationPort, glance.Flags));
    }
}
