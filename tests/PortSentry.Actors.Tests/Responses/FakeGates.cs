using PortSentry.Actors.Responses;
using PortSentry.Core.Addresses;

namespace PortSentry.Actors.Tests.Responses;

/// <summary>Who is cut off at the gates.</summary>
internal sealed class FakeGates : IGateControl
{
    private readonly HashSet<Prefix> _blocked = [];

    public IReadOnlyCollection<Prefix> Blocked
    {
        get { lock (_blocked) return [.. _blocked]; }
    }

    public void Block(Prefix target)
    {
        lock (_blocked) _blocked.Add(target);
    }

    public void Forget(Prefix target)
    {
        lock (_blocked) _blocked.Remove(target);
    }
}
