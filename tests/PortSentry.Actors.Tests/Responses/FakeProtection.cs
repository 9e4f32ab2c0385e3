using PortSentry.Actors.Responses;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Actors.Tests.Responses;

/// <summary>Friends by list.</summary>
internal sealed class FakeProtection : IProtection
{
    public Dictionary<Prefix, Refusal> Friends { get; } = [];

    public HashSet<Prefix> Served { get; } = [];

    public int Clients => Served.Count;

    public bool IsClient(Prefix target) => Served.Contains(target);

    public (Refusal Refusal, string Detail)? Check(Prefix target)
    {
        foreach (var (friend, refusal) in Friends)
            if (friend.Contains(target.Network) || target.Contains(friend.Network)) return (refusal, "it is a friend");
        return null;
    }
}
