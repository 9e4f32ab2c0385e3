using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Actors;
using PortSentry.Actors.Capture;
using PortSentry.Actors.Notices;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.LocalView;
using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Daemon.Persistence;
using PortSentry.Daemon.Wiring;
using PortSentry.Journal;
using PortSentry.Responders;
using PortSentry.Responders.Nftables;

namespace PortSentry.Daemon.Live;

/// <summary>
/// The self-test before capture begins: made-up scans of both families go the whole way from the frame to the answer, through the real
/// classes and a corner of the real journal, with actors, gate and a responder of their own. It proves that detection works on this
/// machine, and it is what makes the first real scan as fast as the second: by then all of that code has been compiled. Nobody is
/// blocked or told, and nothing stays in the journal or the kernel.
/// </summary>
internal sealed class Rehearsal(LocalHost host, IVantage vantage, IProtection protection, TimeProvider time) : IFactSink
{
    private const int Probes = 6;

    // The run-time compiles what ran thirty times once more, and well; that is worth a third of the time to a block.
    private const int Rounds = 40;
    private const long BetweenProbes = 100_000;
    private const int Remembered = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Networks of benchmarks and of examples (RFC 2544, RFC 3849): nobody's packets come from there. A scanner a /24, or a /64: together
    // they would be a scan of another shape.
    private const uint Benchmarks = 0xC612_00FE;
    private const ulong Examples = 0x2001_0DB8_FFFF_0000;

    // The limited broadcast address (RFC 919 7) is never a source.
    private static readonly Prefix Nobody = Prefix.Host(Address.FromV4(uint.MaxValue));

    private static readonly bool[] Families = [true, false];

    private IActorRef _region = ActorRefs.Nobody;

    /// <returns>What failed; null where nothing did, or nothing could be tried (no address yet, those networks ignored).</returns>
    public async Task<string?> RunAsync(IEventJournal journal)
    {
        try
        {
            return await ScanAsync(journal);
        }
        catch (JournalException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>One block goes into the kernel's set and out again, of an address that no packet comes from.</summary>
    /// <returns>What failed, or null.</returns>
    public static async Task<string?> BlockAsync(IReadOnlyList<NftablesResponder> firewalls)
    {
        foreach (var firewall in firewalls)
        {
            for (var round = 0; round < Rounds; round++)
            {
                var blocked = await firewall.BlockAsync(new BlockRequest(Nobody, Patience, IpProtocol.Tcp, 0, "atcp", "self-test", null), CancellationToken.None);
                var lifted = await firewall.UnblockAsync(Nobody, CancellationToken.None);
                if (!blocked.Ok || !lifted.Ok) return blocked.Error ?? lifted.Error;
            }
        }
        return null;
    }

    public void Take(in Fact fact) => _region.Tell(new FactSeen(fact));

    public void TakeShared(Prefix network, in Fact fact) => _region.Tell(new SharedFactSeen(network, fact));

    private async Task<string?> ScanAsync(IEventJournal journal)
    {
        var scans = (
            from v4 in Families
            let own = host.Addresses.FirstOrDefault(own => own.IsV4 == v4 && vantage.IsHome(own))
            where own != default
            from scanner in Scanners(v4).Where(one => protection.Check(SourceKey.Of(one)) is null).Take(Rounds)
            select (From: scanner, To: own)).ToList();
        if (scans.Count == 0) return null;

        using var corner = new JournalCorner(journal, "rehearsal-");
        var system = ActorRuntime.CreateRehearsal(corner, time, NullLogger.Instance);
        try
        {
            var policy = new LivePolicy(DetectionPolicy.Default, ResponsePolicy.Default with { Enforce = true, UnprovenBudgetPerMinute = int.MaxValue });
            var answered = new RehearsalResponder(scans.Count);
            var gates = new GateControl();
            var commands = gates.Open();
            INoticeResponder[] nobody = [new ConsoleReporter(TextWriter.Null)];
            var notices = system.ActorOf(NoticeHub.PropsFor(() => nobody), "notices");
            var response = system.ActorOf(
                ResponseActor.SupervisedPropsFor(new ResponseSettings(policy, () => [answered], protection, gates, notices, () => _region, time)), ResponseActor.Id);
            _region = system.ActorOf(SourceRegion.PropsFor(new SourceSettings(policy, response, Patience)), "sources");
            using var gate = new Gate(new GateOptions { MaxContacts = Remembered, MaxSources = Remembered }, vantage, this);
            foreach (var (from, to) in scans) Scan(new PacketClassifier(gate), from, to);
            await answered.All.WaitAsync(Patience);
            commands.ApplyTo(gate);
            return null;
        }
        catch (TimeoutException)
        {
            return $"a made-up scan was not answered within {Patience.TotalSeconds} s";
        }
        finally
        {
            await system.Terminate();
        }
    }

    private static IEnumerable<Address> Scanners(bool v4) =>
        Enumerable.Range(0, 256).Select(i => v4 ? Address.FromV4(Benchmarks + ((uint)i << 8)) : new Address(Examples + (ulong)i, 0xFE));

    private void Scan(PacketClassifier classifier, Address from, Address to)
    {
        var now = Instant.From(time.GetUtcNow()).Nanoseconds;
        var port = 1;
        for (var probe = 0; probe < Probes; probe++, port++)
        {
            while (vantage.Listens(IpProtocol.Tcp, (ushort)port, to)) port++;
            now += BetweenProbes;
            Send(classifier, now, Segment(from, to, 40_000, (ushort)port, 1, 0, TcpFlags.Syn));
            Send(classifier, now + 1000, Segment(to, from, (ushort)port, 40_000, 0, 2, TcpFlags.Rst | TcpFlags.Ack));
        }
    }

    private static void Send(PacketClassifier classifier, long now, byte[] frame) => classifier.Take(LinkType.Ethernet, now, frame, frame.Length);

    // RFC 791 3.1, RFC 8200 3, RFC 9293 3.1, without options or data, in an Ethernet frame.
    private static byte[] Segment(Address from, Address to, ushort fromPort, ushort toPort, uint sequence, uint acknowledgement, TcpFlags flags)
    {
        const int ethernet = 14, tcp = 20;
        var (header, width) = from.IsV4 ? (20, 4) : (40, 16);
        var frame = new byte[ethernet + header + tcp];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)(from.IsV4 ? 0x0800 : 0x86DD));
        var ip = frame.AsSpan(ethernet);
        if (from.IsV4)
        {
            (ip[0], ip[8], ip[9]) = (0x45, 64, (byte)IpProtocol.Tcp);
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(header + tcp));
        }
        else
        {
            (ip[0], ip[6], ip[7]) = (0x60, (byte)IpProtocol.Tcp, 64);
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], tcp);
        }

        from.ToIPAddress().TryWriteBytes(ip.Slice(header - (2 * width), width), out _);
        to.ToIPAddress().TryWriteBytes(ip.Slice(header - width, width), out _);
        var segment = ip[header..];
        BinaryPrimitives.WriteUInt16BigEndian(segment, fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], toPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], acknowledgement);
        (segment[12], segment[13]) = (tcp / 4 << 4, (byte)flags);
        // Sum of the addresses, the segment, its length and its protocol in words of 16 bits (RFC 9293 3.1).
        uint sum = tcp + (uint)IpProtocol.Tcp;
        for (var at = header - (2 * width); at < header + tcp; at += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(ip[at..]);
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], (ushort)~sum);
        return frame;
    }
}
