using System.Globalization;
using PortSentry.Core;
using PortSentry.Core.Response;

namespace PortSentry.Actors.Responses;

/// <summary>
/// Scanners are few among those who are served. Where blocks hit more than a share of the recent clients within some minutes, it is rather a
/// service that is down, a client program with a fault, or somebody who forges their addresses: then clients are only logged.
/// </summary>
internal sealed class ClientShare(IProtection protection)
{
    // So few say nothing about a share.
    private const int Least = 5;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly Queue<Instant> _hits = [];

    public int Hits(Instant now)
    {
        while (_hits.TryPeek(out var oldest) && now - oldest > Window) _hits.Dequeue();
        return _hits.Count;
    }

    public int Limit(double share) => Math.Max(Least, (int)(share * protection.Clients));

    /// <summary>Counts a new block of a client.</summary>
    /// <returns>Null where it may stand, else the refusal in its place.</returns>
    public BlockRefused? Judge(Block block, ResponseState state, double share)
    {
        if (state.InForce(block.Target, block.Since) is not null || share >= 1 || !protection.IsClient(block.Target)) return null;
        if (Hits(block.Since) < Limit(share))
        {
            _hits.Enqueue(block.Since);
            return null;
        }
        var detail = string.Create(CultureInfo.InvariantCulture, $"{_hits.Count} of {protection.Clients} recent clients blocked within {Window.TotalMinutes} minutes already");
        return new BlockRefused(block.Since, block.Target, Refusal.ClientsBlocked, detail);
    }
}
