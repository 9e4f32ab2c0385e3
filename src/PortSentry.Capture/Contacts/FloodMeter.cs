namespace PortSentry.Capture.Contacts;

/// <summary>Counts sources met for the first time, by seconds of packet time, and says when there are too many to remember each.</summary>
internal sealed class FloodMeter(int limitPerSecond)
{
    // Calm must last this long before the flood is over, or a pulsing one would switch us at will.
    private const uint CalmSeconds = 10;

    // So many clients of a service count as one source that failed. Fewer: a busy site is taken for a flood, and then single failures of
    // its clients are held back. More: a flood of a served port fills the tables first.
    private const int Clients = 8;

    private uint _second;
    private long _count;
    private uint _lastExcess;

    public bool IsFlood { get; private set; }

    public long Floods { get; private set; }

    /// <summary>Notes a new source that failed, or may well have.</summary>
    public void Count(uint second) => Count(second, Clients);

    /// <summary>Notes a new source that asked for a port that is served.</summary>
    public void CountClient(uint second) => Count(second, 1);

    /// <summary>A source noted as failed was answered: it is a client.</summary>
    public void Answered() => _count = Math.Max(0, _count - (Clients - 1));

    public void Tick(uint second)
    {
        if (second == _second) return;
        _second = second;
        _count = 0;
        // One that lies ahead was before the clock was set back.
        if (IsFlood && (second > _lastExcess + CalmSeconds || second < _lastExcess)) IsFlood = false;
    }

    private void Count(uint second, int weight)
    {
        Tick(second);
        _count += weight;
        if (_count <= (long)limitPerSecond * Clients) return;
        _lastExcess = second;
        if (IsFlood) return;
        IsFlood = true;
        Floods++;
    }
}
