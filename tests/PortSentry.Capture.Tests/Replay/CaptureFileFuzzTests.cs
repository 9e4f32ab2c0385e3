using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Replay;
using PortSentry.Capture.Sources;
using PortSentry.Capture.Tests.Packets;
using PortSentry.Capture.Tests.Sources;
using PortSentry.Core;
using PortSentry.Core.Detection;
using PortSentry.Tests.Fuzz;

namespace PortSentry.Capture.Tests.Replay;

/// <summary>A capture that somebody sends us: it is read to its end or refused, and the detection takes what came of it.</summary>
public sealed class CaptureFileFuzzTests
{
    private static readonly byte[] Syn = Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(40000, 7001, TcpFlags.Syn, options: Craft.StackOptions));
    private static readonly byte[] Refusal = Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(7001, 40000, TcpFlags.Rst | TcpFlags.Ack), Craft.Home, Craft.Attacker);
    private static readonly byte[] Null = Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(40000, 7002, TcpFlags.None));

    [Fact]
    public void Pcap_is_read_or_refused() => FuzzCases.Run(
        3_000,
        [
            CaptureBytes.Pcap().Record(1, 2, Syn).Record(1, 3, Refusal).Record(2, 0, Null).ToArray(),
            CaptureBytes.Pcap(LinkType.Ethernet, 0xA1B23C4D, bigEndian: true).Record(1, 2, Craft.Ethernet(Syn)).Record(1, 3, Craft.Ethernet(Null), original: 1500).ToArray(),
            CaptureBytes.Pcap(LinkType.Ppi).Record(9, 0, [0, 0, 8, 0, 1, 0, 0, 0, .. Craft.Ethernet(Syn)]).ToArray(),
        ],
        Replay);

    [Fact]
    public void Pcapng_is_read_or_refused() => FuzzCases.Run(
        3_000,
        [
            CaptureBytes.PcapNg().Interface(LinkType.Ethernet).Enhanced(0, 1_000_000, Craft.Ethernet(Syn)).Enhanced(0, 1_000_100, Craft.Ethernet(Null)).ToArray(),
            CaptureBytes.PcapNg(bigEndian: true).Interface(LinkType.Raw, snap: 64, resolution: 9, offset: 5).Enhanced(0, 7, Syn).Simple(Refusal, 40).Obsolete(0, 9, Syn).ToArray(),
            CaptureBytes.PcapNg().Interface(LinkType.Raw).Enhanced(0, 1, Syn).Section().Interface(LinkType.LinuxSll).Enhanced(0, 2, Craft.Sll(0, Null)).ToArray(),
        ],
        Replay);

    private static void Replay(byte[] file)
    {
        try
        {
            using (var source = new CaptureFileSource("fuzz", new MemoryStream(file))) source.Run(new CollectingHandler(), CancellationToken.None);
            // Each engine brings its waiting queues of 12 MB along: one in fifty is enough.
            if (file[^1] % 50 == 0) Detect(file);
        }
        catch (CaptureFileException)
        {
            // Refused with a reason: what a broken file deserves.
        }
    }

    private static void Detect(byte[] file)
    {
        using var source = new CaptureFileSource("fuzz", new MemoryStream(file));
        using var engine = new ReplayEngine(DetectionPolicy.Default, new GateOptions { MaxContacts = 64, MaxSources = 64 }, new FileVantage([], [], TrapPorts.None));
        source.Run(engine, CancellationToken.None);
        foreach (var report in engine.Finish())
            if (report.First > report.Last || report.Facts < 1 || report.Kinds.IsEmpty) throw new InvalidOperationException($"an impossible report: {report}");
    }
}
