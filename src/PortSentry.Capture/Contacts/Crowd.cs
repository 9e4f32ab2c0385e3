using System.Numerics;
using System.Runtime.InteropServices;
using PortSentry.Capture.Interop.Libc;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// Who stands out of a flood. Of each source it keeps for some seconds a sketch of the ports it asked for, 16 bytes in one cache line, and
/// lets through whoever asked for more of them than the crowd does: a forged source comes once or a few times, a scanner again and again.
/// The bar rises when many get over it, so that a flood from few addresses is a crowd too. One thread.
/// </summary>
internal sealed unsafe class Crowd : IDisposable
{
    /// <summary>Distinct contacts that stand out. Lower: sources drawn twice by chance get through. Higher: a slow scanner in a flood does not.</summary>
    private const int LowestBar = 3;

    /// <summary>44 distinct contacts set so many of 64 bits, on average. Higher: a scan of the hundred usual ports passes for one of the crowd.</summary>
    private const int HighestBar = 32;

    /// <summary>
    /// Sources that may stand out at one height of the bar: more are a crowd, and it rises. Lower: of many scanners at once some are not seen.
    /// Higher: as many forged sources more become actors and rows of the journal.
    /// </summary>
    private const int Few = 8;

    /// <summary>The bar goes down again by half in this time, and then again so many may stand out.</summary>
    private const uint SecondsAtBar = 10;

    /// <summary>A source's contacts count for so long: it is pace that tells a scanner from a forged source that is drawn again and again.</summary>
    private const uint Seconds = 4;

    // 2 MB: 131,072 sources, 4 a cache line, and a second-level cache holds it. The memory is taken at the first flood.
    private const int Lines = 1 << 15;
    private const int CellsPerLine = 4;

    private readonly TableHash _hash = TableHash.Create();
    private Cell* _cells;
    private int _bar = LowestBar;
    private int _stoodOut;
    private uint _lowerAt;

    /// <summary>Notes a contact of a source.</summary>
    /// <param name="target">The destination, and its protocol and port as one number.</param>
    public Standing Note(Address source, (Address Host, uint Port) target, uint now)
    {
        if (_cells == null) _cells = (Cell*)PageMemory.Allocate((nuint)(Lines * CellsPerLine * sizeof(Cell)));
        var hash = _hash.Of(source);
        var tag = (uint)hash | 1;
        var line = _cells + ((int)(hash >> 32) & (Lines - 1)) * CellsPerLine;
        var bit = 1UL << (int)(_hash.Of(target.Host, target.Host, target.Port) & 63);
        var cell = line;
        for (var i = 0; i < CellsPerLine; i++)
        {
            var each = line + i;
            if (each->Tag == tag && now - each->Since < Seconds) return NoteAgain(each, bit, now);
            if (IsWeaker(each, cell, now)) cell = each;
        }
        *cell = new Cell { Tag = tag, Since = now, Ports = bit };
        return Standing.Newcomer;
    }

    public void Dispose()
    {
        if (_cells != null) PageMemory.Free(_cells, (nuint)(Lines * CellsPerLine * sizeof(Cell)));
        _cells = null;
    }

    private Standing NoteAgain(Cell* cell, ulong bit, uint now)
    {
        if (cell->Ports == Cell.Out)
        {
            cell->Since = now;
            return Standing.Out;
        }
        if ((cell->Ports & bit) != 0) return Standing.Repeated;
        cell->Ports |= bit;
        if (now >= _lowerAt) Lower(now);
        if (BitOperations.PopCount(cell->Ports) < _bar) return Standing.Known;
        if (_stoodOut == Few)
        {
            if (_bar >= HighestBar) return Standing.Known;
            _bar = Math.Min(_bar * 2, HighestBar);
            _stoodOut = 0;
            if (BitOperations.PopCount(cell->Ports) < _bar) return Standing.Known;
        }
        _stoodOut++;
        cell->Ports = Cell.Out;
        return Standing.Out;
    }

    private void Lower(uint now)
    {
        _lowerAt = now + SecondsAtBar;
        _stoodOut = 0;
        _bar = Math.Max(_bar / 2, LowestBar);
    }

    // Who asked for little, long ago, makes room.
    private static bool IsWeaker(Cell* one, Cell* other, uint now)
    {
        var (old, young) = (now - one->Since >= Seconds, now - other->Since >= Seconds);
        if (old != young) return old;
        var (left, right) = (BitOperations.PopCount(one->Ports), BitOperations.PopCount(other->Ports));
        return left != right ? left < right : one->Since < other->Since;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Cell
    {
        /// <summary>All bits: it stood out and passes.</summary>
        public const ulong Out = ulong.MaxValue;

        public ulong Ports;

        /// <summary>Of the source's hash; 0 in a free cell.</summary>
        public uint Tag;

        /// <summary>Packet time of its first contact, seconds.</summary>
        public uint Since;
    }
}

/// <summary>What a contact of a source in a flood is.</summary>
internal enum Standing
{
    /// <summary>Of a source not met lately.</summary>
    Newcomer,

    /// <summary>A further one of a source that is one of the crowd.</summary>
    Known,

    /// <summary>Seen already.</summary>
    Repeated,

    /// <summary>Of a source that stands out.</summary>
    Out,
}
