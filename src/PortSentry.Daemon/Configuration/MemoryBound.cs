using System.Globalization;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Sources;

namespace PortSentry.Daemon.Configuration;

/// <summary>What the daemon's resident memory can grow to: all that the configuration sizes, full, and the program.</summary>
/// <param name="Program">Code, run-time, actors and journal, in bytes.</param>
/// <param name="EachInterface">Rings and tables of a watched interface, in bytes.</param>
public sealed record MemoryBound(long Program, long EachInterface)
{
    // Measured: 95 MiB at rest without an interface; 184 at the worst moment of a flood, with what that had touched of the tables. Nothing enforces it but
    // MemoryMax= of the unit: actors of a hundred thousand sources at work take more.
    private const long MostProgram = 176L << 20;

    public static MemoryBound Of(PortSentryOptions options) => new(
        MostProgram,
        new PacketRingOptions("") { BufferBytes = options.Capture.Buffer, SnapLength = options.Capture.Snaplen }.RingBytes + Gate.MostBytes(options.Gate));

    public long With(int interfaces) => Program + (interfaces * EachInterface);

    /// <summary>A line for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"memory: at most {With(1) >> 20} MiB with one interface, {EachInterface >> 20} MiB more with each further one");
}
