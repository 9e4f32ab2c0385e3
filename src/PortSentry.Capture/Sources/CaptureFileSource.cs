using System.IO.Compression;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources.Files;

namespace PortSentry.Capture.Sources;

/// <summary>
/// A pcap or pcapng capture: a regular file (mapped), a pipe, standard input ("-"), any of them compressed with gzip. The clock
/// is the packets' own. Records that cannot be believed are counted and skipped, see <see cref="Warnings"/>.
/// </summary>
public sealed class CaptureFileSource : IPacketSource
{
    // 1 MB: the pipe's own buffer is smaller, a compressed stream gains nothing beyond.
    private const int ReadSize = 1 << 20;

    private readonly ByteSupply _supply;
    private readonly RecordLog _log;
    private readonly PcapReader.Format? _pcap;

    /// <param name="path">A path, or "-" for standard input.</param>
    /// <exception cref="CaptureFileException">Unreadable, no capture, or of a link type that we do not know.</exception>
    public CaptureFileSource(string path) : this(path, () => Open(path)) { }

    /// <param name="stream">Read to its end, and disposed with the source.</param>
    /// <exception cref="CaptureFileException">As for a path.</exception>
    public CaptureFileSource(string name, Stream stream) : this(name, () => OpenStream(name, stream)) { }

    private CaptureFileSource(string name, Func<ByteSupply> open)
    {
        Name = name;
        _log = new RecordLog(name == "-" ? "standard input" : name);
        try
        {
            _supply = open();
        }
        catch (Exception failure) when (failure is (IOException and not CaptureFileException) or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CaptureFileException(_log.File, 0, failure.Message, failure);
        }

        try
        {
            _pcap = ReadFormat();
        }
        catch
        {
            _supply.Dispose();
            throw;
        }
    }

    public string Name { get; }

    public CaptureStatistics Statistics => _log.Statistics;

    /// <summary>What was wrong with the file although it could be read: each with its place. At most 16.</summary>
    public IReadOnlyList<string> Warnings => _log.Warnings;

    /// <exception cref="CaptureFileException">Reading failed, or a pcapng file held packets of unknown link types only.</exception>
    public void Run<THandler>(THandler handler, CancellationToken stop) where THandler : IPacketHandler
    {
        if (_pcap is { } format) new PcapReader(_supply, _log, format).Run(ref handler, stop);
        else new PcapNgReader(_supply, _log).Run(ref handler, stop);
    }

    public void Dispose() => _supply.Dispose();

    private PcapReader.Format? ReadFormat()
    {
        var head = _supply.Next(0, PcapReader.HeaderLength);
        if (head.Length >= 12 && BitConverter.ToUInt32(head) == PcapNgReader.SectionHeader) return null;
        if (head.Length < PcapReader.HeaderLength || !PcapReader.TryReadFormat(head, out var format))
            throw new CaptureFileException(_log.File, 0, head.IsEmpty ? "the file is empty." : "this is neither a pcap nor a pcapng capture.");
        if (!LinkTypes.IsSupported(format.Link)) throw _log.Unsupported(20, format.Link);
        return format;
    }

    private static ByteSupply Open(string path)
    {
        if (path == "-") return OpenStream("standard input", Console.OpenStandardInput());
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            // A pipe or an empty file cannot be mapped.
            if (!file.CanSeek || file.Length == 0) return OpenStream(path, file);
            Span<byte> magic = stackalloc byte[2];
            var isGzip = RandomAccess.Read(file.SafeFileHandle, magic, 0) == 2 && IsGzip(magic);
            return isGzip ? OpenStream(path, file) : new MappedSupply(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static StreamSupply OpenStream(string name, Stream stream)
    {
        var raw = new StreamSupply(name, stream, ReadSize);
        if (!IsGzip(raw.Next(0, 2))) return raw;
        var unpacked = new ReadAhead(new GZipStream(new PulledStream(raw.Pull, raw), CompressionMode.Decompress));
        return new StreamSupply(name, new PulledStream(unpacked.Read, unpacked), ReadSize);
    }

    // RFC 1952 2.3.1.
    private static bool IsGzip(ReadOnlySpan<byte> head) => head.Length >= 2 && head[0] == 0x1F && head[1] == 0x8B;
}
