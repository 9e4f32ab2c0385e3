using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Capture.Tests.Packets;
using PortSentry.Core;

namespace PortSentry.Capture.Tests.Sources;

public sealed class CaptureFileSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portsentry-capture-").FullName;

    private static readonly byte[] One = Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(1, 22, TcpFlags.Syn));
    private static readonly byte[] Two = Craft.Ipv4(IpProtocol.Udp, Craft.Udp(1, 53, [1, 2, 3]));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0xA1B2C3D4, false, 1_700_000_000_000_123_000)]
    [InlineData(0xA1B2C3D4, true, 1_700_000_000_000_123_000)]
    [InlineData(0xA1B23C4D, false, 1_700_000_000_000_000_123)]
    [InlineData(0xA1B23C4D, true, 1_700_000_000_000_000_123)]
    public void Pcap_is_read_in_both_byte_orders_and_resolutions(uint magic, bool bigEndian, long time)
    {
        var bytes = CaptureBytes.Pcap(LinkType.Raw, magic, bigEndian).Record(1_700_000_000, 123, One).Record(1_700_000_001, 0, Two[..24], 31).ToArray();
        var (frames, source) = ReadFile(bytes);

        Assert.Equal(2, frames.Count);
        Assert.Equal((LinkType.Raw, time, One.Length), (frames[0].Link, frames[0].Time, frames[0].OriginalLength));
        Assert.Equal(One, frames[0].Bytes);
        Assert.Equal(Two[..24], frames[1].Bytes);
        Assert.Equal(31, frames[1].OriginalLength);
        Assert.Equal(2, source.Statistics.Received);
        Assert.Equal(One.Length + 24, source.Statistics.Bytes);
        Assert.Empty(source.Warnings);
    }

    [Fact]
    public void Kuznetzov_pcap_has_eight_more_bytes_a_record()
    {
        var bytes = CaptureBytes.Pcap(LinkType.Raw, 0xA1B2CD34)
            .U32(5).U32(6).U32((uint)One.Length).U32((uint)One.Length).U32(2).U16(0x0800).Raw([0, 0]).Raw(One).ToArray();
        var frame = Assert.Single(ReadFile(bytes).Frames);
        Assert.Equal(One, frame.Bytes);
        Assert.Equal(5_000_006_000, frame.Time);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pcapng_with_several_sections_interfaces_and_unknown_blocks_is_read(bool bigEndian)
    {
        var bytes = CaptureBytes.PcapNg(bigEndian)
            .Interface(LinkType.Raw, snap: 30)
            .Interface(LinkType.Ethernet, resolution: 9)
            .Interface(LinkType.Raw, resolution: 0x80 | 10, offset: 100)
            .Block(0xBAD, body => body.Raw(new byte[33]))
            .Enhanced(0, 1_700_000_000_000_001, One)
            .Enhanced(1, 1_700_000_000_000_000_002, Craft.Ethernet(Two))
            .Enhanced(2, 1024 + 512, One)
            .Simple(One[..30], 40)
            .Obsolete(1, 7, Craft.Ethernet(One))
            .Section()
            .Interface(LinkType.LinuxSll2)
            .Enhanced(0, 9, Craft.Sll2(4, One))
            .ToArray();
        var (frames, source) = ReadFile(bytes);

        Assert.Equal(
            [
                (LinkType.Raw, 1_700_000_000_000_001_000L, One.Length),
                (LinkType.Ethernet, 1_700_000_000_000_000_002L, Two.Length + 14),
                (LinkType.Raw, 101_500_000_000L, One.Length),
                (LinkType.Raw, 101_500_000_000L, 30),
                (LinkType.Ethernet, 7L, One.Length + 14),
                (LinkType.LinuxSll2, 9_000L, One.Length + 20),
            ],
            frames.Select(frame => (frame.Link, frame.Time, frame.Bytes.Length)));
        Assert.Equal(40, frames[3].OriginalLength);
        Assert.Equal(0, source.Statistics.Malformed);
        Assert.Empty(source.Warnings);
    }

    [Fact]
    public void Simple_packet_is_cut_by_the_snap_length_of_its_interface()
    {
        var bytes = CaptureBytes.PcapNg().Interface(LinkType.Raw, snap: 30).Simple([.. One[..30], 0, 0], 40).ToArray();
        Assert.Equal(30, Assert.Single(ReadFile(bytes).Frames).Bytes.Length);
    }

    [Fact]
    public void Packets_of_an_unreadable_interface_are_counted_and_the_others_stand()
    {
        var bytes = CaptureBytes.PcapNg().Interface((LinkType)147).Interface(LinkType.Raw).Enhanced(0, 1, One).Enhanced(1, 2, One).Enhanced(9, 3, One).ToArray();
        var (frames, source) = ReadFile(bytes);
        Assert.Single(frames);
        Assert.Equal(2, source.Statistics.Malformed);
        Assert.Contains("at byte 28: interface 0 has link type 147", Assert.Single(source.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void File_without_a_readable_interface_is_refused()
    {
        var ng = Write(CaptureBytes.PcapNg().Interface((LinkType)147).Enhanced(0, 1, One).ToArray());
        using var source = new CaptureFileSource(ng);
        Assert.Contains("147", Assert.Throws<CaptureFileException>(() => source.Run(new CollectingHandler(), default)).Message, StringComparison.Ordinal);

        var refusal = Assert.Throws<CaptureFileException>(() => new CaptureFileSource(Write(CaptureBytes.Pcap((LinkType)147).ToArray())));
        Assert.Contains("147", refusal.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_alone_is_an_empty_capture()
    {
        Assert.Empty(ReadFile(CaptureBytes.Pcap().ToArray()).Frames);
        Assert.Empty(ReadFile(CaptureBytes.PcapNg().ToArray()).Frames);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a capture at all, but long enough")]
    [InlineData("short")]
    public void Other_files_are_refused_with_their_name(string text)
    {
        var path = Write(System.Text.Encoding.ASCII.GetBytes(text));
        var refusal = Assert.Throws<CaptureFileException>(() => new CaptureFileSource(path));
        Assert.Equal(path, refusal.File);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_and_folder_are_refused_in_the_same_way()
    {
        Assert.Throws<CaptureFileException>(() => new CaptureFileSource(Path.Combine(_folder, "none")));
        Assert.Throws<CaptureFileException>(() => new CaptureFileSource(_folder));
    }

    [Fact]
    public void File_cut_in_a_record_gives_the_packets_before_and_a_warning()
    {
        foreach (var whole in new[]
        {
            CaptureBytes.Pcap().Record(1, 0, One).Record(2, 0, Two).ToArray(),
            CaptureBytes.PcapNg().Interface(LinkType.Raw).Enhanced(0, 1, One).Enhanced(0, 2, Two).ToArray(),
        })
        {
            var (frames, source) = ReadFile(whole[..^5]);
            Assert.Equal(One, Assert.Single(frames).Bytes);
            Assert.Contains("ends in the middle", Assert.Single(source.Warnings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Record_that_claims_four_gigabytes_is_skipped_and_the_rest_is_found_again()
    {
        var pcap = CaptureBytes.Pcap().Record(100, 0, One).Record(101, 0, One, captured: uint.MaxValue);
        for (uint i = 0; i < 5; i++) pcap.Record(102 + i, 0, Two);
        var (frames, source) = ReadFile(pcap.ToArray());
        Assert.Equal(6, frames.Count);
        Assert.Equal(Two, frames[^1].Bytes);
        Assert.Equal(1, source.Statistics.Malformed);
        Assert.Single(source.Warnings);

        var ng = CaptureBytes.PcapNg().Interface(LinkType.Raw).Enhanced(0, 1, One).U32(6).U32(0xFFFF_FFFC).Raw(new byte[40]).Enhanced(0, 2, Two);
        (frames, source) = ReadFile(ng.ToArray());
        Assert.Equal([One, Two], frames.Select(frame => frame.Bytes));
        Assert.Equal(1, source.Statistics.Malformed);
    }

    [Fact]
    public void Nonsense_to_the_end_stops_the_reading_with_a_warning()
    {
        var (frames, source) = ReadFile(CaptureBytes.Pcap().Record(100, 0, One).Raw([.. Enumerable.Repeat((byte)0xEE, 3000)]).ToArray());
        Assert.Single(frames);
        Assert.Contains("not read", Assert.Single(source.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_pipe_and_trickling_stream_give_the_same_packets()
    {
        var pcap = CaptureBytes.Pcap();
        for (uint i = 0; i < 2000; i++) pcap.Record(i, i, i % 2 == 0 ? One : Two);
        var bytes = pcap.ToArray();
        var expected = ReadFile(bytes).Frames;

        var packed = Gzip(bytes);
        AssertSame(expected, ReadFile(packed).Frames);
        AssertSame(expected, ReadStream(new TricklingStream(bytes, 7)).Frames);
        AssertSame(expected, ReadStream(new TricklingStream(packed, 7)).Frames);

        // Damaged: what came before counts, and the failure names the file.
        var damaged = packed.ToArray();
        damaged[damaged.Length / 2] ^= 0xFF;
        using var source = new CaptureFileSource(Write(damaged));
        var handler = new CollectingHandler();
        try
        {
            source.Run(handler, default);
        }
        catch (CaptureFileException failure)
        {
            Assert.Equal(source.Name, failure.File);
        }

        Assert.True(handler.Frames.Count < 2001);
    }

    [Fact]
    public void Files_of_a_queue_come_in_their_order_whatever_the_next_one_is()
    {
        var first = CaptureBytes.Pcap();
        // More than is read ahead, so that the thread that unpacks has to wait for us.
        for (uint i = 0; i < 40; i++) first.Record(i, 0, new byte[250_000]).Record(i, 1, [.. One, .. new byte[200_000]]).Record(i, 2, new byte[250_000]).Record(i, 3, new byte[250_000]);
        var second = CaptureBytes.Pcap().Record(50, 0, Two).ToArray();
        var expected = ReadFile(first.ToArray()).Frames.Concat(ReadFile(second).Frames).ToList();

        var queue = new CaptureQueue([Write(Gzip(first.ToArray())), Path.Combine(_folder, "none"), Write(Gzip(second)[..^9]), Write(second)]);
        var frames = Read(queue.Take()).Frames.ToList();
        Assert.Throws<CaptureFileException>(queue.Take);
        // Its trailer is cut off.
        using var cut = queue.Take();
        var handler = new CollectingHandler();
        try
        {
            cut.Run(handler, default);
        }
        catch (CaptureFileException failure)
        {
            Assert.Equal(cut.Name, failure.File);
        }
        frames.AddRange(handler.Frames);
        frames.AddRange(Read(queue.Take()).Frames);

        AssertSame([.. expected, .. ReadFile(second).Frames], frames);
    }

    [Fact]
    public void Time_that_no_calendar_has_is_malformed()
    {
        var bytes = CaptureBytes.PcapNg().Interface(LinkType.Raw).Enhanced(0, ulong.MaxValue, One).Enhanced(0, 5, One).ToArray();
        var (frames, source) = ReadFile(bytes);
        Assert.Equal(5000, Assert.Single(frames).Time);
        Assert.Equal(1, source.Statistics.Malformed);
    }

    [Fact]
    public void Cancelled_reading_stops()
    {
        var pcap = CaptureBytes.Pcap();
        for (uint i = 0; i < 2000; i++) pcap.Record(i, 0, One);
        using var source = new CaptureFileSource("bytes", new MemoryStream(pcap.ToArray()));
        var handler = new CollectingHandler();
        source.Run(handler, new CancellationToken(canceled: true));
        Assert.True(handler.Frames.Count < 300);
        Assert.Equal(0, handler.Idles);
    }

    [Fact]
    public void Damaged_captures_never_throw_anything_but_their_own_exception()
    {
        byte[][] good =
        [
            CaptureBytes.Pcap().Record(1, 2, One).Record(3, 4, Two).Record(5, 6, One).ToArray(),
            CaptureBytes.Pcap(bigEndian: true).Record(1, 2, One).Record(3, 4, Two).ToArray(),
            CaptureBytes.PcapNg().Interface(LinkType.Raw, resolution: 9, offset: 5).Enhanced(0, 1, One).Simple(Two, 31).Obsolete(0, 3, One).Section().Interface(LinkType.Raw).Enhanced(0, 1, One).ToArray(),
            CaptureBytes.PcapNg(bigEndian: true).Interface(LinkType.Raw).Enhanced(0, 1, One).Enhanced(0, 1, Two).ToArray(),
        ];
        var random = new Random(20261123);
        for (var i = 0; i < 10_000; i++)
        {
            var source = good[random.Next(good.Length)];
            var copy = source[..random.Next(random.Next(2) == 0 ? source.Length : 0, source.Length + 1)];
            for (var changes = random.Next(1, 5); changes > 0 && copy.Length > 0; changes--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            ReadOrRefuse(copy);
        }
    }

    [Fact]
    public void Random_bytes_behind_a_good_header_never_throw() => Check.QuickThrowOnFailure(
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            ReadOrRefuse([.. CaptureBytes.Pcap().Record(1, 2, One).ToArray(), .. bytes]);
            ReadOrRefuse([.. CaptureBytes.PcapNg().Interface(LinkType.Raw).ToArray(), .. bytes]);
            return true;
        }));

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            ReadStream(new MemoryStream(bytes));
        }
        catch (CaptureFileException)
        {
            // A refusal is an answer.
        }
    }

    private (IReadOnlyList<CollectingHandler.Frame> Frames, CaptureFileSource Source) ReadFile(byte[] bytes) => Read(new CaptureFileSource(Write(bytes)));

    private static (IReadOnlyList<CollectingHandler.Frame> Frames, CaptureFileSource Source) ReadStream(Stream stream) => Read(new CaptureFileSource("bytes", stream));

    private static (IReadOnlyList<CollectingHandler.Frame> Frames, CaptureFileSource Source) Read(CaptureFileSource source)
    {
        using (source)
        {
            var handler = new CollectingHandler();
            source.Run(handler, default);
            return (handler.Frames, source);
        }
    }

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static void AssertSame(IReadOnlyList<CollectingHandler.Frame> expected, IReadOnlyList<CollectingHandler.Frame> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Time, actual[i].Time);
            Assert.Equal(expected[i].Bytes, actual[i].Bytes);
        }
    }

    /// <summary>A pipe: a few bytes a read, no seeking.</summary>
    private sealed class TricklingStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(step, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(step, count));
    }
}
