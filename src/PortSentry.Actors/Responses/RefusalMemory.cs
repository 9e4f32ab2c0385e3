using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Actors.Responses;

/// <summary>Keeps a refused attacker from writing our log: the same refusal of the same target is new only once in a while. Bounded.</summary>
internal sealed class RefusalMemory(TimeSpan repeat)
{
    private const int Most = 10_000;

    private readonly Dictionary<(Prefix, Refusal), Instant> _last = [];

    public bool IsNew(BlockRefused refused)
    {
        var key = (refused.Target, refused.Refusal);
        if (_last.TryGetValue(key, out var last) && refused.At - last < repeat) return false;
        if (_last.Count >= Most) _last.Clear();
        _last[key] = refused.At;
        return true;
    }
}
