using System.Diagnostics;
using System.Globalization;
using PortSentry.Bench.Live;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Bench.Flood;

/// <summary>
/// The capture thread's part of a flood, without wire and kernel: SYNs of forged sources at 300,000 a second of packet time and the host's
/// answers to them, and in the midst a scanner that asks for a port each millisecond.
/// </summary>
internal sealed class GateTrial : IFactSink, IVantage
{
    private const int Batch = 4096;
    private const long Second = 1_000_000_000;
    private const long Gap = Second / 300_000;
    private const uint Scanner = 0xC633_6409;
    private const int ScannedPorts = 200;

    private static readonly Address Own = Address.FromBytes(Wave.Host);

    private readonly Dictionary<Address, SourceState> _sources = [];
    private int? _flagged;
    private int _probes;

    public bool HidesAcks => true;

    public static GateFigures Run(Wave wave, long sources) => new GateTrial().RunFlood(wave, sources);

    public bool IsOwn(Address address) => address == Own;

    public bool IsHome(Address address) => address == Own;

    public bool IsIgnored(Address address) => false;

    public bool IsTrap(IpProtocol protocol, ushort port) => false;

    public bool Listens(IpProtocol protocol, ushort port, Address own) => port == Wave.Served;

    public void Take(in Fact fact)
    {
        var state = _sources.GetValueOrDefault(fact.Source, SourceState.Initial);
        foreach (var happened in SourceDecider.Decide(state, fact, DetectionPolicy.Default)) state = SourceDecider.Apply(state, happened);
        _sources[fact.Source] = state;
        if (state.IsScanner && fact.Source == Address.FromV4(Scanner)) _flagged ??= _probes;
    }

    public void TakeShared(Prefix network, in Fact fact)
    {
    }

    private GateFigures RunFlood(Wave wave, long sources)
    {
        var before = Resident();
        using var gate = new Gate(new GateOptions(), this, this);
        var classifier = new PacketClassifier(gate);
        var random = new Random(3);
        var frames = new (byte[] Syn, byte[] Answer)[Batch];
        for (var i = 0; i < Batch; i++) frames[i] = Wave.Frames();
        var (probe, refusal) = Wave.Frames();
        long cpu = 0;
        var time = 1_700_000_000 * Second;
        for (long sent = 0; sent < sources; sent += Batch)
        {
            for (var i = 0; i < Batch; i++) wave.Write(frames[i].Syn, frames[i].Answer, sent + i, random);
            var start = Native.ThreadCpu();
            foreach (var (syn, answer) in frames)
            {
                time += Gap;
                classifier.Take(LinkType.Ethernet, time, syn, syn.Length);
                classifier.Take(LinkType.Ethernet, time, answer, answer.Length);
            }
            cpu += Native.ThreadCpu() - start;
            if (sent < sources / 2) continue;
            for (var end = Math.Min(_probes + (int)(Batch * Gap / (Second / 1000)), ScannedPorts); _probes < end;)
            {
                Wave.Write(probe, refusal, Scanner, (ushort)(1000 + _probes++));
                classifier.Take(LinkType.Ethernet, time, probe, probe.Length);
                classifier.Take(LinkType.Ethernet, time, refusal, refusal.Length);
            }
        }
        var counters = gate.Read();
        return new GateFigures(
            wave.Name, sources, cpu / (2.0 * sources), counters.InFlood, counters.Contacts, counters.Withheld, _sources.Count - 1, _sources.Values.Count(static state => state.IsScanner), _flagged, Resident() - before);
    }

    private static long Resident()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64 >> 20;
    }
}

/// <param name="Nanoseconds">Processor time of a packet, answers included.</param>
/// <param name="Contacts">In the gate's table at the end.</param>
/// <param name="Passed">Forged sources that became actors.</param>
/// <param name="Verdicts">Sources called scanners; one is.</param>
/// <param name="FlaggedAfter">The scanner's probes until then; null is never.</param>
/// <param name="Megabytes">That the resident memory grew by.</param>
internal sealed record GateFigures(
    string Flood, long Sources, double Nanoseconds, bool IsSeen, int Contacts, long Withheld, int Passed, int Verdicts, int? FlaggedAfter, long Megabytes)
{
    public static void PrintHead() => Console.WriteLine($"{"flood of",-24}{"sources",10}{"CPU ns",8}{"contacts",10}{"withheld",10}{"passed",8}{"verdicts",9}{"flagged after",14}{"+ MiB",7}");

    public void Print() => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{Flood,-24}{Sources,10}{Nanoseconds,8:F0}{Contacts,10}{Withheld,10}{Passed,8}{Verdicts,9}{(FlaggedAfter is { } probes ? $"{probes} probes" : "never"),14}{Megabytes,7}"));
}
