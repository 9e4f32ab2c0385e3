namespace PortSentry.Capture.Contacts;

/// <summary>Counts sources met for the first time, by seconds of packet time, and says when there are too many to remember each.</summary>
internal sealed class FloodMeter(int limitPerSecond)
{
    // Calm must last this long before the flood is over, or a pulsing one would switch us at will.
    private const uint CalmSeconds = 10;

    private uint _second;
    private int _count;
    private uint _lastExcess;

    public bool IsFlood { get; private set; }

    public long Floods { get; private set; }

    /// <summary>Notes a new source.</summary>
    public void Count(uint second)
    {
        Tick(second);
        if (++_count <= limitPerSecond) return;
        _lastExcess = second;
        if (IsFlood) return;
        IsFlood = true;
        Floods++;
    }

    public void Tick(uint second)
    {
        if (second == _second) return;
        _second = second;
        _count = 0;
        if (IsFlood && second > _lastExcess + CalmSeconds) IsFlood = false;
    }
}
