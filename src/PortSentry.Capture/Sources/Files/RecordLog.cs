using System.Globalization;
using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Sources.Files;

/// <summary>What a reader counts and remembers while it goes through a capture. Counters are read by other threads.</summary>
internal sealed class RecordLog(string file)
{
    // Enough to see what is wrong with a file; a broken one could fill memory with complaints.
    private const int MaxWarnings = 16;

    private readonly List<string> _warnings = [];
    private long _received;
    private long _bytes;
    private long _malformed;

    public string File => file;

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings) return [.. _warnings];
        }
    }

    public CaptureStatistics Statistics =>
        new(Volatile.Read(ref _received), Malformed: Volatile.Read(ref _malformed), Bytes: Volatile.Read(ref _bytes));

    /// <summary>Called every few hundred records with the totals so far: a store a packet would cost more than it tells.</summary>
    public void Publish(long received, long bytes)
    {
        Volatile.Write(ref _received, received);
        Volatile.Write(ref _bytes, bytes);
    }

    public void CountMalformed() => Volatile.Write(ref _malformed, _malformed + 1);

    public void Warn(long offset, string what)
    {
        lock (_warnings)
            if (_warnings.Count < MaxWarnings) _warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{file}: at byte {offset}: {what}"));
    }

    public CaptureFileException Unsupported(long offset, LinkType link) =>
        new(file, offset, $"link type {(uint)link} cannot be read; capture on an Ethernet, loopback, cooked or raw IP interface.");
}
