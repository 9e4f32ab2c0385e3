using PortSentry.Core;

namespace PortSentry.Actors.Tripwire;

/// <summary>
/// Tells a flood of first contacts from a scan: a scanner is held after a few, so hundreds a second come from hundreds of addresses.
/// </summary>
/// <param name="most">First contacts in one second that are not a flood.</param>
public sealed class FloodWatch(int most)
{
    private Instant _since;
    private int _count;

    /// <summary>Counts a contact; true in a flood.</summary>
    public bool Note(Instant now)
    {
        if (now - _since >= TimeSpan.FromSeconds(1))
        {
            _since = now;
            _count = 0;
        }
        return ++_count > most;
    }
}
