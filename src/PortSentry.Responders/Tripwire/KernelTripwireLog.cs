using System.Buffers.Binary;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Tripwire;

/// <summary>
/// The two nflog groups of the tripwire, or of the challenge, read from the kernel (linux/netfilter/nfnetlink_log.h), in the network namespace of the thread that
/// opens it. libpcap reads such groups too, but its 1.10 fails where nothing waits instead of saying so.
/// </summary>
public sealed class KernelTripwireLog : ITripwireLog
{
    private const ushort PacketMessage = 0x400, ConfigMessage = 0x401;
    private const ushort CommandAttribute = 1, ModeAttribute = 2, TimeoutAttribute = 4, ThresholdAttribute = 5, PayloadAttribute = 9;
    private const byte Bind = 1, CopyPacket = 2;
    private const ushort RequestFlag = 1, Acknowledge = 4;
    private const int CopiedBytes = 128;

    private readonly NetlinkSocket _socket;
    private readonly WakeUp _wakeUp = new();
    private readonly int _holdGroup;
    private long _lost;

    /// <exception cref="IOException">Somebody else reads these groups, or the kernel has no nfnetlink_log.</exception>
    public KernelTripwireLog(TripwireRules rules) : this(rules.LogGroup, rules.HoldGroup)
    {
    }

    /// <param name="holdGroup">Whose packets are reported as holds.</param>
    /// <exception cref="IOException">Somebody else reads these groups, or the kernel has no nfnetlink_log.</exception>
    public KernelTripwireLog(int logGroup, int holdGroup)
    {
        _holdGroup = holdGroup;
        try
        {
            _socket = new NetlinkSocket(NETLINK_NETFILTER);
            foreach (var group in (int[])[logGroup, holdGroup]) Join(group);
        }
        catch (NetlinkException failure)
        {
            _socket?.Dispose();
            _wakeUp.Dispose();
            throw new IOException($"{failure.Message}; nflog groups {logGroup} and {holdGroup} must be free, and the kernel needs nfnetlink_log", failure);
        }
    }

    public long Lost => Volatile.Read(ref _lost);

    public void Run(TripwireReport report, Func<bool> isRelieved, CancellationToken stop)
    {
        using var wake = stop.UnsafeRegister(static wakeUp => ((WakeUp)wakeUp!).Wake(), _wakeUp);
        while (!stop.IsCancellationRequested)
        {
            if (!_wakeUp.Wait(_socket.Descriptor, 0))
            {
                if (isRelieved()) return;
                if (!_wakeUp.Wait(_socket.Descriptor, Timeout.Infinite)) continue;
            }

            try
            {
                var datagram = _socket.Receive("read the tripwire's reports");
                while (NetlinkMessage.TryRead(ref datagram, out var message)) Take(message, report);
            }
            catch (NetlinkException failure) when (failure.Errno == EAGAIN)
            {
                // poll(2): what was announced may be gone when it is read.
            }
            catch (NetlinkException failure) when (failure.Errno == ENOBUFS)
            {
                // The socket's buffer was full; how many reports were lost nobody counts.
                Volatile.Write(ref _lost, _lost + 1);
            }
            catch (NetlinkException failure)
            {
                throw new IOException(failure.Message, failure);
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _wakeUp.Dispose();
    }

    private void Take(NetlinkMessage message, TripwireReport report)
    {
        if (message.Type != PacketMessage || message.Payload.Length < 4) return;
        var group = BinaryPrimitives.ReadUInt16BigEndian(message.Payload[2..]);
        var packet = AttributeReader.Find(message.Payload[4..], PayloadAttribute);
        if (!packet.IsEmpty) report(group == _holdGroup, packet);
    }

    private void Join(int group)
    {
        var writer = new NetlinkWriter();
        var first = _socket.NextSequence();
        Begin(first, Acknowledge);
        writer.Put(CommandAttribute, [Bind]);
        writer.End();
        Begin(_socket.NextSequence(), Acknowledge);
        writer.Put(ModeAttribute, [0, 0, 0, CopiedBytes, CopyPacket, 0]);
        writer.PutBigEndian32(ThresholdAttribute, 1);
        writer.PutBigEndian32(TimeoutAttribute, 1);
        writer.End();
        _socket.Request(writer.Written, first, 2, $"join the nflog group {group}");

        void Begin(uint sequence, ushort flags) =>
            writer.Begin(ConfigMessage, (ushort)(RequestFlag | flags), sequence, [0, 0, (byte)(group >> 8), (byte)group]);
    }
}
