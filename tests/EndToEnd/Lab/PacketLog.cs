using System.Buffers.Binary;
using System.Net;

namespace PortSentry.EndToEnd.Lab;

/// <summary>
/// tcpdump on the attacker's end of the cable: the time of the first probe and what the victim answered, from the kernel's
/// timestamps and independent of the daemon.
/// </summary>
internal sealed class PacketLog : IAsyncDisposable
{
    private const int FileHeader = 24, RecordHeader = 16, Ethernet = 14;
    private const uint Nanoseconds = 0xa1b23c4d;
    private readonly RunningProgram _tcpdump;
    private readonly string _file;
    private readonly Host _attacker;

    private PacketLog(RunningProgram tcpdump, string file, Host attacker)
    {
        _tcpdump = tcpdump;
        _file = file;
        _attacker = attacker;
    }

    public static async Task<PacketLog> StartAsync(TwoHosts hosts)
    {
        var file = Path.Combine(hosts.Folder, $"attacker-{Guid.NewGuid():N}.pcap");
        var tcpdump = hosts.Attacker.Start(["tcpdump", "-i", hosts.Attacker.Interface, "-s", "96", "-B", "16384", "-U", "--immediate-mode", "-Z", "root", "-w", file, "tcp or udp or icmp or icmp6"]);
        await tcpdump.LineAsync("listening on", TimeSpan.FromSeconds(10));
        return new PacketLog(tcpdump, file, hosts.Attacker);
    }

    /// <summary>When the attacker's first packet left; waits for it.</summary>
    public async Task<DateTimeOffset> FirstProbeAsync(TimeSpan within)
    {
        PacketSummary summary = new();
        if (await Until.TrueAsync(() => (summary = Read()).Sent.Count > 0, within)) return summary.Sent[0];
        throw new TimeoutException($"the attacker sent nothing within {within.TotalSeconds} s");
    }

    /// <summary>Stops the capture and reads it.</summary>
    public async Task<PacketSummary> StopAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(50)); // what the kernel still holds back for tcpdump
        _tcpdump.Signal(Interop.Libc.Libc.SIGINT);
        await _tcpdump.ExitAsync(TimeSpan.FromSeconds(5));
        return Read();
    }

    public ValueTask DisposeAsync() => _tcpdump.DisposeAsync();

    private PacketSummary Read()
    {
        var summary = new PacketSummary();
        var bytes = File.ReadAllBytes(_file);
        if (bytes.Length < FileHeader) return summary;
        var mine = (IPAddress[])[IPAddress.Parse(_attacker.Address), IPAddress.Parse(_attacker.Address6)];
        var ticks = BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Nanoseconds ? 0.01 : 10;
        for (var at = FileHeader; at + RecordHeader <= bytes.Length;)
        {
            var header = bytes.AsSpan(at, RecordHeader);
            var length = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
            if (at + RecordHeader + length > bytes.Length) break;
            var time = DateTimeOffset.UnixEpoch.AddSeconds(BinaryPrimitives.ReadUInt32LittleEndian(header))
                .AddTicks((long)(BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) * ticks));
            if (Source(bytes.AsSpan(at + RecordHeader, length)) is { } source) (mine.Contains(source) ? summary.Sent : summary.Answers).Add(time);
            at += RecordHeader + length;
        }
        return summary;
    }

    /// <summary>Null for what is no evidence: neighbour discovery, and what is neither IPv4 nor IPv6.</summary>
    private static IPAddress? Source(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < Ethernet + 20) return null;
        var packet = frame[Ethernet..];
        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            0x0800 => new IPAddress(packet.Slice(12, 4)),
            0x86dd when packet.Length > 40 && !(packet[6] == 58 && packet[40] >= 128) => new IPAddress(packet.Slice(8, 16)),
            _ => null,
        };
    }
}

/// <summary>Times of the attacker's packets and of the victim's answers.</summary>
internal sealed record PacketSummary
{
    public List<DateTimeOffset> Sent { get; } = [];

    public List<DateTimeOffset> Answers { get; } = [];

    public int AnswersBefore(DateTimeOffset moment) => Answers.Count(at => at < moment);
}
