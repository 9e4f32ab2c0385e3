using PortSentry.Core;

namespace PortSentry.Actors.Tripwire;

/// <summary>
/// Tells a flood of first contacts from a scan: a scanner is held after a few, so hundreds a second come from hundreds of addresses. Holds
/// no more than a second's reports.
/// </summary>
/// <param name="most">First contacts in one second that are not a flood.</param>
public sealed class FloodWatch(int most)
{
    // A port that has a quarter of a flood is flooded; no more than three others can be.
    private const int PortShare = 4;

    private readonly Dictionary<(IpProtocol Protocol, ushort Port), int> _ports = [];
    private Instant _since;
    private int _count;

    /// <summary>Counts a contact. Null: no flood so far; else one has come about, and these ports have most of it (none where it is spread).</summary>
    public IReadOnlyList<(IpProtocol Protocol, ushort Port)>? Note(IpProtocol protocol, ushort port, Instant now)
    {
        if (now - _since >= TimeSpan.FromSeconds(1)) Reset(now);
        _ports[(protocol, port)] = _ports.GetValueOrDefault((protocol, port)) + 1;
        if (++_count <= most) return null;
        var flooded = _ports.Where(pair => pair.Value * PortShare >= _count).Select(static pair => pair.Key).ToList();
        Reset(now);
        return flooded;
    }

    private void Reset(Instant now)
    {
        _since = now;
        _count = 0;
        _ports.Clear();
    }
}
