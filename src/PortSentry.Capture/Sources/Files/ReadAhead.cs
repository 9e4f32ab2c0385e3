using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace PortSentry.Capture.Sources.Files;

/// <summary>
/// Reads a stream on a thread of its own, so that a capture is unpacked while what came before is judged, or while the file before it is.
/// Gives the same bytes, and a failure where it belongs: after them.
/// </summary>
internal sealed class ReadAhead : IDisposable
{
    private const int BlockSize = 1 << 20;

    // More: more of the next file is ready when its turn comes. Fewer: less memory, 1 MB each, where unpacking outruns the judging.
    private const int MostBlocks = 32;

    private readonly BlockingCollection<ArraySegment<byte>> _full = new(MostBlocks);
    private readonly ConcurrentBag<byte[]> _empty = [];
    private readonly CancellationTokenSource _stop = new();
    private ExceptionDispatchInfo? _failure;
    private ArraySegment<byte> _block = ArraySegment<byte>.Empty;
    private int _at;

    /// <param name="stream">From now on of the reading thread, which disposes it.</param>
    public ReadAhead(Stream stream) => new Thread(() => Fill(stream)) { IsBackground = true, Name = "read ahead" }.Start();

    /// <summary>As <see cref="Stream.Read(Span{byte})"/>.</summary>
    public int Read(Span<byte> buffer)
    {
        if (_at == _block.Count && !TryTakeBlock()) return 0;
        var count = Math.Min(buffer.Length, _block.Count - _at);
        _block.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    /// <summary>The thread ends with the read that is under way.</summary>
    public void Dispose() => _stop.Cancel();

    private bool TryTakeBlock()
    {
        if (_block.Array is { Length: > 0 } read) _empty.Add(read);
        _at = 0;
        if (_full.TryTake(out _block, Timeout.Infinite)) return true;
        _block = ArraySegment<byte>.Empty;
        _failure?.Throw();
        return false;
    }

    private void Fill(Stream stream)
    {
        try
        {
            using (stream)
            {
                while (true)
                {
                    var block = _empty.TryTake(out var used) ? used : GC.AllocateUninitializedArray<byte>(BlockSize);
                    var count = stream.Read(block);
                    if (count == 0) return;
                    _full.Add(new ArraySegment<byte>(block, 0, count), _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody reads any more.
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }
        finally
        {
            _full.CompleteAdding();
        }
    }
}
