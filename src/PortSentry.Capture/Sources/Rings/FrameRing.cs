using PortSentry.Capture.Interop.PacketSocket;

namespace PortSentry.Capture.Sources.Rings;

/// <summary>
/// TPACKET_V2: a slot a packet, and the kernel wakes us for each. Documentation/networking/packet_mmap.rst: the lowest bit of a
/// slot's status says whose it is.
/// </summary>
internal sealed unsafe class FrameRing
{
    private const uint BlockSize = 64 * 1024;
    private const uint UserOwns = 1;

    private readonly byte* _ring;
    private readonly uint _frameSize;
    private readonly uint _framesInBlock;
    private readonly uint _frames;
    private uint _next;
    private byte* _slot;

    /// <param name="frameSize">Bytes of a slot: headers and what is kept of a packet.</param>
    public FrameRing(RingSocket socket, uint frameSize, uint frames)
    {
        // TPACKET_ALIGNMENT.
        _frameSize = (frameSize + 15) & ~15u;
        var blockSize = Math.Max(BlockSize, System.Numerics.BitOperations.RoundUpToPowerOf2(_frameSize));
        _framesInBlock = blockSize / _frameSize;
        var blocks = (frames + _framesInBlock - 1) / _framesInBlock;
        _frames = blocks * _framesInBlock;
        BlockBytes = blockSize;
        _ring = socket.Map(PacketImports.TPACKET_V2, new RingRequest
        {
            BlockSize = blockSize,
            BlockCount = blocks,
            FrameSize = _frameSize,
            FrameCount = _frames,
        });
        _slot = _ring;
    }

    private uint BlockBytes { get; }

    /// <summary>The oldest packet, or null.</summary>
    public FrameHeader* Peek() => (Volatile.Read(ref *(uint*)_slot) & UserOwns) != 0 ? (FrameHeader*)_slot : null;

    /// <summary>Gives the oldest packet's slot back.</summary>
    public void Release()
    {
        Volatile.Write(ref *(uint*)_slot, 0);
        if (++_next == _frames) _next = 0;
        var (block, index) = Math.DivRem(_next, _framesInBlock);
        _slot = _ring + ((nuint)block * BlockBytes) + (index * _frameSize);
    }
}
