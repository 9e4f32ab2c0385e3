using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PortSentry.Capture.Interop.Libpcap;
using PortSentry.Capture.Packets;
using PortSentry.Netlink;

namespace PortSentry.Capture.Sources;

/// <summary>
/// A live interface through libpcap. It captures from the constructor on, so packets wait in the ring until
/// <see cref="Run"/>. Cancel and let Run return before disposing it.
/// </summary>
public sealed unsafe class LibpcapSource : IPacketSource
{
    private const int IdleMilliseconds = 10;

    // After so many packets timers run even where the ring never empties.
    private const int MaxBatch = 4096;

    private const long StatisticsEvery = 1_000_000_000;

    private readonly LibpcapCapture _capture;
    private readonly WakeUp _wakeUp = new();
    private readonly TimeProvider _time;
    private PcapStat _lastStat;
    private long _nextStatistics;
    private long _received;
    private long _bytes;
    private long _dropped;
    private long _droppedByInterface;

    /// <exception cref="LibpcapException">No such interface, not permitted, a filter that does not compile, no libpcap.</exception>
    public LibpcapSource(LibpcapOptions options, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        Name = options.Interface;
        try
        {
            _capture = new LibpcapCapture(
                options.Interface, options.SnapLength, options.Promiscuous, options.Immediate, options.BufferBytes, options.Filter);
        }
        catch
        {
            _wakeUp.Dispose();
            throw;
        }
    }

    public string Name { get; }

    public LinkType Link => _capture.Link;

    /// <summary>What libpcap had to say at activation.</summary>
    public IReadOnlyList<string> Warnings => _capture.Warnings;

    /// <summary>Refreshed by the capture thread once a second and when it ends.</summary>
    public CaptureStatistics Statistics => new(
        Volatile.Read(ref _received), Volatile.Read(ref _dropped), Volatile.Read(ref _droppedByInterface), 0, Volatile.Read(ref _bytes));

    /// <exception cref="LibpcapException">The interface went away or the device failed; open a new source to go on.</exception>
    public void Run<THandler>(THandler handler, CancellationToken stop) where THandler : IPacketHandler
    {
        using var wake = stop.UnsafeRegister(static wakeUp => ((WakeUp)wakeUp!).Wake(), _wakeUp);
        var sink = new Sink<THandler>(_capture, handler) { Packets = _received, Bytes = _bytes };
        var self = GCHandle.Alloc(sink);
        try
        {
            var nextIdle = 0L;
            while (!stop.IsCancellationRequested)
            {
                var count = _capture.Dispatch(MaxBatch, &OnPacket, GCHandle.ToIntPtr(self));
                if (sink.Failure is { } failure) throw new InvalidOperationException($"{Name}: the packet handler failed.", failure);
                Volatile.Write(ref _received, sink.Packets);
                Volatile.Write(ref _bytes, sink.Bytes);
                if (count == 0) _wakeUp.Wait(_capture.Descriptor, IdleMilliseconds);
                var now = Now();
                if (now >= _nextStatistics)
                {
                    _nextStatistics = now + StatisticsEvery;
                    UpdateStatistics();
                }

                // A wait that ended early brings packets: hand them over first.
                if (count == 0 && now < nextIdle) continue;
                if (sink.IsToLeave(now)) return;
                nextIdle = now + (IdleMilliseconds * 1_000_000L);
            }
        }
        finally
        {
            self.Free();
        }

        UpdateStatistics();
    }

    public void Dispose()
    {
        _capture.Dispose();
        _wakeUp.Dispose();
    }

    // Nothing may be thrown through libpcap's frames: a failure is kept and thrown behind the dispatch.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPacket(nint user, PcapPacketHeader* header, byte* bytes) =>
        Unsafe.As<Sink>(GCHandle.FromIntPtr(user).Target!).Take(header, bytes);

    // libpcap's counters have 32 bits and wrap.
    private void UpdateStatistics()
    {
        var stat = _capture.ReadStatistics();
        Volatile.Write(ref _dropped, _dropped + (stat.Dropped - _lastStat.Dropped));
        Volatile.Write(ref _droppedByInterface, _droppedByInterface + (stat.DroppedByInterface - _lastStat.DroppedByInterface));
        _lastStat = stat;
    }

    private long Now() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    // The callback cannot be generic, so the handler's type is met by one virtual call.
    private abstract class Sink(LibpcapCapture capture)
    {
        public Exception? Failure { get; protected set; }

        public long Packets { get; set; }

        public long Bytes { get; set; }

        protected LibpcapCapture Capture => capture;

        public abstract void Take(PcapPacketHeader* header, byte* bytes);
    }

    private sealed class Sink<THandler>(LibpcapCapture capture, THandler handler) : Sink(capture)
        where THandler : IPacketHandler
    {
        private readonly int _fraction = capture.FractionNanoseconds;
        private readonly LinkType _link = capture.Link;
        private readonly THandler _handler = handler;

        public override void Take(PcapPacketHeader* header, byte* bytes)
        {
            if (Failure is not null) return;
            try
            {
                Packets++;
                Bytes += header->Captured;
                var time = (header->Seconds * 1_000_000_000L) + (header->Fraction * (long)_fraction);
                _handler.Handle(_link, time, new ReadOnlySpan<byte>(bytes, (int)header->Captured), (int)Math.Min(header->Original, int.MaxValue));
            }
            catch (Exception failure)
            {
                Failure = failure;
                Capture.BreakLoop();
            }
        }

        public bool IsToLeave(long now) => _handler.Idle(now) == IPacketHandler.Leave;
    }
}
