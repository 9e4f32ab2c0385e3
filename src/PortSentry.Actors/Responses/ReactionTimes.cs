namespace PortSentry.Actors.Responses;

/// <summary>How long the newest blocks took, from the deciding packet to their being in force.</summary>
internal sealed class ReactionTimes
{
    // More: an old slowness shows longer; fewer: the 99th of 100 says less.
    private const int Kept = 1000;

    private readonly Queue<TimeSpan> _newest = [];

    public void Note(TimeSpan took)
    {
        if (_newest.Count == Kept) _newest.Dequeue();
        _newest.Enqueue(took);
    }

    public Reaction? Read()
    {
        if (_newest.Count == 0) return null;
        TimeSpan[] sorted = [.. _newest.Order()];
        return new Reaction(sorted.Length, At(0.5), At(0.9), At(0.99), sorted[^1]);

        TimeSpan At(double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
