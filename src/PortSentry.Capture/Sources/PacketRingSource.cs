using System.Buffers.Binary;
using PortSentry.Capture.Filter;
using PortSentry.Capture.Interop.Libpcap;
using PortSentry.Capture.Interop.PacketSocket;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources.Rings;
using PortSentry.Netlink;

namespace PortSentry.Capture.Sources;

/// <summary>
/// A live interface through two packet sockets with rings of our own (packet(7), Linux 4.5 or newer). A small TPACKET_V2 ring wakes
/// us for each packet; a large TPACKET_V3 ring takes floods, block by block. One of them listens, as <see cref="Pace"/> says; at a
/// change both do for an instant, so nothing is lost and a packet that comes just then is seen twice. (A fan-out group would keep them
/// apart, at the price of half as much again for every packet of the host.) It captures from the constructor on. Cancel and let Run
/// return before disposing it.
/// </summary>
public sealed unsafe class PacketRingSource : IPacketSource
{
    // The statistics are never older.
    private const int LongestWaitMilliseconds = 1000;

    // In batches nobody wakes us. Longer: later verdicts in a flood; shorter: more wake-ups, which then cost more than the packets.
    private const int NapMilliseconds = 2;

    private const long StatisticsEvery = 1_000_000_000;

    // So long a pass may keep the timers waiting.
    private const int MaxFrames = 512;

    // 32,768 slots bridge the 5 ms until a flood is noticed, and a stall of 0.1 s at its beginning; 11 MB with the usual snap length.
    private const uint ExpressFrames = 32_768;

    // tpacket2_hdr and sockaddr_ll, aligned, and the link header before the network header: the kernel's own sum is 66 to 80.
    private const uint FrameOverhead = 80;

    // Linux cooked capture v1, https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html. The kernel leaves exactly so much free
    // before a packet without link header.
    private const int CookedHeader = 16;

    // Of sockaddr_ll before the packet: 20 bytes, aligned to 32, and those 16.
    private const int AddressBefore = 48;

    private readonly PacketRingOptions _options;
    private readonly TimeProvider _time;
    private readonly WakeUp _wakeUp = new();
    private readonly RingSocket _expressSocket;
    private readonly RingSocket _bulkSocket;
    private readonly FrameRing _express;
    private readonly BlockRing _bulk;
    private readonly Pace _pace = new();
    private readonly Lock _filtering = new();
    private readonly bool _cooked;
    private readonly int _index;
    private bool _disposed;
    private long _received;
    private long _bytes;
    private long _dropped;
    private long _changes;
    private long _nextStatistics;

    /// <exception cref="PacketSocketException">No such interface, it is down, not permitted, or a kernel without these rings.</exception>
    /// <exception cref="LibpcapException">A filter that does not compile, or no libpcap to compile it.</exception>
    public PacketRingSource(PacketRingOptions options, TimeProvider? time = null)
    {
        _options = options;
        _time = time ?? TimeProvider.System;
        Name = options.Interface;
        (_index, var hardware) = Name == "any" ? (0, (ushort)0) : RingSocket.Find(Name);
        _cooked = hardware is not (PacketImports.ARPHRD_ETHER or PacketImports.ARPHRD_LOOPBACK);
        Link = _cooked ? LinkType.LinuxSll : LinkType.Ethernet;
        var filter = Compile(options.Filter);
        _expressSocket = new RingSocket(Name, _cooked);
        try
        {
            _bulkSocket = new RingSocket(Name, _cooked);
            _express = new FrameRing(_expressSocket, FrameOverhead + (uint)options.SnapLength, ExpressFrames);
            _bulk = new BlockRing(_bulkSocket, options.BufferBytes);
            _expressSocket.Attach(filter);
            _bulkSocket.Attach(filter);
            _expressSocket.Bind(_index);
            if (options.Promiscuous && _index != 0) _expressSocket.SetPromiscuous(_index);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal static long ExpressBytes(int snapLength) => ExpressFrames * (FrameOverhead + (long)snapLength);

    public string Name { get; }

    public LinkType Link { get; }

    /// <summary>Whether packets come in blocks at this moment; it follows their rate by itself.</summary>
    public bool IsBatch => (Volatile.Read(ref _changes) & 1) != 0;

    /// <summary>How often it went from single packets to blocks or back.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Refreshed by the capture thread once a second and when it ends.</summary>
    public CaptureStatistics Statistics => new(
        Volatile.Read(ref _received), Volatile.Read(ref _dropped), 0, 0, Volatile.Read(ref _bytes));

    /// <summary>Puts another filter in the place of the one before; no packet is lost. Any thread.</summary>
    /// <exception cref="IOException">It does not compile, or the kernel refuses it; the one before still stands.</exception>
    public void Refilter(Func<LinkType, string> filter)
    {
        var program = Compile(filter);
        lock (_filtering)
        {
            if (_disposed) return;
            _expressSocket.Attach(program);
            _bulkSocket.Attach(program);
        }
    }

    /// <exception cref="PacketSocketException">The interface went down or away; open a new source to go on.</exception>
    public void Run<THandler>(THandler handler, CancellationToken stop) where THandler : IPacketHandler
    {
        using var wake = stop.UnsafeRegister(static wakeUp => ((WakeUp)wakeUp!).Wake(), _wakeUp);
        var nextIdle = 0L;
        while (!stop.IsCancellationRequested)
        {
            var count = Drain(ref handler);
            var now = Now();
            if (count > 0 || now >= nextIdle) nextIdle = handler.Idle(now);
            if (_pace.Count(count, now)) Change();
            if (now >= _nextStatistics)
            {
                _nextStatistics = now + StatisticsEvery;
                UpdateStatistics();
            }

            if (nextIdle == IPacketHandler.Leave) return;
            if (count == 0) Wait(Until(nextIdle, now));
        }

        UpdateStatistics();
    }

    public void Dispose()
    {
        lock (_filtering)
        {
            _disposed = true;
            _expressSocket.Dispose();
            _bulkSocket?.Dispose();
        }

        _wakeUp.Dispose();
    }

    private BpfInstruction[] Compile(Func<LinkType, string>? filter)
    {
        if (filter is null) return RingPrograms.Everything(_options.SnapLength);
        // A cooked socket runs it from the network layer on.
        var link = _cooked ? LinkType.Raw : LinkType.Ethernet;
        using var expression = FilterExpression.Compile(link, filter(link));
        return RingPrograms.Cut(expression.Instructions, _options.SnapLength);
    }

    private int Drain<THandler>(ref THandler handler) where THandler : IPacketHandler
    {
        var block = _bulk.Peek();
        if (block == null) return DrainFrames(ref handler, long.MaxValue);
        var count = DrainBlock(ref handler, block);
        _bulk.Release();
        return count;
    }

    private int DrainFrames<THandler>(ref THandler handler, long before) where THandler : IPacketHandler
    {
        long bytes = 0;
        var count = 0;
        for (FrameHeader* header; count < MaxFrames && (header = _express.Peek()) != null; count++)
        {
            var time = Time(header->Seconds, header->Nanoseconds);
            if (time > before) break;
            Hand(ref handler, (byte*)header + header->LinkOffset, time, header->SnapLength, header->Length);
            bytes += header->SnapLength;
            _express.Release();
        }

        Count(count, bytes);
        return count;
    }

    // The older first: around a change of rings both hold packets, and an answer must not come before its question.
    private int DrainBlock<THandler>(ref THandler handler, BlockHeader* block) where THandler : IPacketHandler
    {
        long bytes = 0;
        var count = (int)block->Packets;
        var others = 0;
        var at = (byte*)block + block->FirstPacket;
        for (var left = count; left > 0; left--)
        {
            var header = (BlockPacketHeader*)at;
            var time = Time(header->Seconds, header->Nanoseconds);
            while (_express.Peek() != null && DrainFrames(ref handler, time) is > 0 and var older) others += older;
            Hand(ref handler, at + header->LinkOffset, time, header->SnapLength, header->Length);
            bytes += header->SnapLength;
            at += header->Next;
        }

        Count(count, bytes);
        return count + others;
    }

    private void Hand<THandler>(ref THandler handler, byte* packet, long time, uint captured, uint original) where THandler : IPacketHandler
    {
        if (_cooked)
        {
            WriteCookedHeader(packet);
            packet -= CookedHeader;
            captured += CookedHeader;
            original += CookedHeader;
        }

        handler.Handle(Link, time, new ReadOnlySpan<byte>(packet, (int)captured), (int)Math.Min(original, int.MaxValue));
    }

    // The slot is ours until it is given back.
    private static void WriteCookedHeader(byte* packet)
    {
        var address = (LinkAddress*)(packet - AddressBefore);
        var header = new Span<byte>(packet - CookedHeader, CookedHeader);
        BinaryPrimitives.WriteUInt16BigEndian(header, address->PacketType);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], address->Hardware);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], address->Length);
        new ReadOnlySpan<byte>(address->Bytes, 8).CopyTo(header[6..]);
        // In network order already.
        BitConverter.TryWriteBytes(header[14..], address->Protocol);
    }

    private void Count(int packets, long bytes)
    {
        Volatile.Write(ref _received, _received + packets);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    private void Change()
    {
        var (next, last) = _pace.IsBatch ? (_bulkSocket, _expressSocket) : (_expressSocket, _bulkSocket);
        next.Bind(_index);
        last.Rest(_index);
        Volatile.Write(ref _changes, _pace.Changes);
    }

    private void Wait(int milliseconds)
    {
        if (_pace.IsBatch) _wakeUp.Wait(-1, -1, NapMilliseconds);
        else if (!_wakeUp.Wait(_expressSocket.Descriptor, _bulkSocket.Descriptor, milliseconds)) return;
        if (_express.Peek() != null || _bulk.Peek() != null) return;
        _bulkSocket.ThrowOnError();
        _expressSocket.ThrowOnError();
    }

    // Rounded up: woken a little too soon it would have to wait again. The clock may have been set back meanwhile.
    private static int Until(long due, long now) => (int)Math.Clamp((due - now + 999_999) / 1_000_000, 1, LongestWaitMilliseconds);

    private void UpdateStatistics() =>
        Volatile.Write(ref _dropped, _dropped + _expressSocket.TakeStatistics().Drops + _bulkSocket.TakeStatistics().Drops);

    private static long Time(uint seconds, uint nanoseconds) => (seconds * 1_000_000_000L) + nanoseconds;

    private long Now() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
