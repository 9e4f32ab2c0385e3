using PortSentry.Core;

namespace PortSentry.Actors.Responses;

/// <summary>
/// Open while a budget of blocks is spent: refusals are then summed instead of told one by one, for it may be an attacker with forged
/// addresses who decides how many there are. It closes by itself after a quiet minute.
/// </summary>
internal sealed class BudgetBreaker
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private Instant _lastRefused;

    /// <summary>Null while closed.</summary>
    public Instant? Since { get; private set; }

    public long Refused { get; private set; }

    public bool IsOpen => Since is not null;

    /// <returns>True when this opens it: the one alarm.</returns>
    public bool Refuse(Instant at)
    {
        _lastRefused = at;
        Refused++;
        if (IsOpen) return false;
        Since = at;
        return true;
    }

    /// <returns>How many were refused, when this closes it; else null.</returns>
    public long? TryClose(Instant now)
    {
        if (!IsOpen || now - _lastRefused < Quiet) return null;
        var refused = Refused;
        Since = null;
        Refused = 0;
        return refused;
    }
}
