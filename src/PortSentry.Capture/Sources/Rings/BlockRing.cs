using PortSentry.Capture.Interop.PacketSocket;

namespace PortSentry.Capture.Sources.Rings;

/// <summary>
/// TPACKET_V3: packets stand close together in blocks, and the kernel wakes us for a block when it is full or a millisecond old.
/// Few large blocks lose packets in a stall although most of the ring is free (1 MB blocks lost 12 % in 0.3 s); 64 KB ones none.
/// </summary>
internal sealed unsafe class BlockRing
{
    public const uint BlockSize = 64 * 1024;

    // The kernel wants one and uses it for nothing but a check.
    private const uint FrameSize = 2048;
    private const uint RetireMilliseconds = 1;
    private const uint UserOwns = 1;

    private readonly byte* _ring;
    private readonly uint _blocks;
    private uint _next;

    public BlockRing(RingSocket socket, long bytes)
    {
        _blocks = (uint)Math.Clamp(bytes / BlockSize, 2, int.MaxValue / BlockSize);
        _ring = socket.Map(PacketImports.TPACKET_V3, new RingRequest
        {
            BlockSize = BlockSize,
            BlockCount = _blocks,
            FrameSize = FrameSize,
            FrameCount = _blocks * (BlockSize / FrameSize),
            RetireMilliseconds = RetireMilliseconds,
        });
    }

    private BlockHeader* Block => (BlockHeader*)(_ring + ((nuint)_next * BlockSize));

    /// <summary>The oldest block that the kernel has closed, or null.</summary>
    public BlockHeader* Peek() => (Volatile.Read(ref Block->Status) & UserOwns) != 0 ? Block : null;

    /// <summary>Gives the oldest block back.</summary>
    public void Release()
    {
        Volatile.Write(ref Block->Status, 0);
        if (++_next == _blocks) _next = 0;
    }
}
