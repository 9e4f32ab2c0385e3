using System.Globalization;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Filter;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Bench.Live;

/// <summary>
/// <c>receive SOURCE FILTER</c>: the capture path of the daemon (source, packet view, classifiers, gate) without its actors. SOURCE is
/// ring, libpcap or libpcap-blocks; FILTER on or off. A line on standard input starts the measurement, the next ends it; then it prints its counters.
/// </summary>
internal static class Receiver
{
    public static int Run(string kind, bool filtered)
    {
        Func<LinkType, string>? filter = filtered ? static link => KernelFilter.Build(new KernelFilterOptions(link)) : null;
        using IPacketSource source = kind switch
        {
            "ring" => new PacketRingSource(new PacketRingOptions(Lab.Interface) { Filter = filter }),
            "libpcap" => new LibpcapSource(new LibpcapOptions(Lab.Interface) { Filter = filter, BufferBytes = 64 << 20 }),
            "libpcap-blocks" => new LibpcapSource(new LibpcapOptions(Lab.Interface) { Filter = filter, BufferBytes = 64 << 20, Immediate = false }),
            _ => throw new ArgumentException(kind),
        };
        using var gate = new Gate(new GateOptions(), new Vantage(), new Sink());
        using var stop = new CancellationTokenSource();
        var meter = new Meter(gate);
        var thread = new Thread(() =>
        {
            source.Run(meter, stop.Token);
            meter.End();
        });
        thread.Start();
        Console.WriteLine("ready");
        Console.ReadLine();
        meter.Mark();
        Console.ReadLine();
        stop.Cancel();
        thread.Join();
        var delays = meter.Delays.ToArray();
        Array.Sort(delays);
        var changes = source is PacketRingSource ring ? ring.Changes : 0;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"packets={meter.Packets} total={meter.Total} dropped={source.Statistics.DroppedByKernel} cpu={meter.Cpu} facts={gate.Counters.Facts} changes={changes} p50={At(delays, 0.5)} p99={At(delays, 0.99)} max={At(delays, 1)}"));
        return 0;
    }

    private static long At(long[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * part)];

    private sealed class Meter(Gate gate) : IPacketHandler
    {
        private const int MostDelays = 100_000;

        private readonly PacketClassifier _classifier = new(gate);
        private readonly List<long> _delays = new(MostDelays);
        private long _cpuAtMark;
        private long _totalAtMark;
        private int _mark;
        private bool _isMarked;

        public long Total { get; private set; }

        public long Packets => Total - _totalAtMark;

        public long Cpu { get; private set; }

        public IReadOnlyList<long> Delays => _delays;

        public void Mark() => Volatile.Write(ref _mark, 1);

        public void End() => Cpu = Native.ThreadCpu() - _cpuAtMark;

        public void Handle(LinkType link, long timestampNanoseconds, ReadOnlySpan<byte> frame, int originalLength)
        {
            Total++;
            // Reading the clock costs as much as half the gate: at a low rate for each packet, in a flood for few.
            if (_isMarked && (Packets < 2000 || Packets % 256 == 0) && _delays.Count < MostDelays)
                _delays.Add(((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100) - timestampNanoseconds);
            _classifier.Take(link, timestampNanoseconds, frame, originalLength);
        }

        // A mark is seen within 10 ms.
        public long Idle(long nowNanoseconds)
        {
            gate.Advance(nowNanoseconds);
            var next = nowNanoseconds + 10_000_000;
            if (Volatile.Read(ref _mark) == 0) return next;
            Volatile.Write(ref _mark, 0);
            _cpuAtMark = Native.ThreadCpu();
            _totalAtMark = Total;
            _isMarked = true;
            return next;
        }
    }

    private sealed class Vantage : IVantage
    {
        private static readonly Address Home = Address.FromV4(Lab.Receiver);

        public bool HidesAcks => true;

        public bool IsOwn(Address address) => address == Home;

        public bool IsHome(Address address) => address == Home;

        public bool IsIgnored(Address address) => false;

        public bool IsTrap(IpProtocol protocol, ushort port) => false;

        public bool Listens(IpProtocol protocol, ushort port, Address own) => port == 443;
    }

    private sealed class Sink : IFactSink
    {
        public void Take(in Fact fact)
        {
        }

        public void TakeShared(Prefix network, in Fact fact)
        {
        }
    }
}
