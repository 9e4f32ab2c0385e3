namespace PortSentry.Actors;

/// <summary>An engine that lets a thread of ours have an actor's turn. Each call concerns the calling thread alone.</summary>
public interface IOwnTurns
{
    /// <summary>One that was woken is kept.</summary>
    bool IsAnyKept { get; }

    /// <summary>The first actor that this thread wakes from now on is kept for it.</summary>
    void Keep();

    /// <summary>Who is kept has its turn elsewhere.</summary>
    void Pass();

    /// <summary>Who is kept has its turn now, and whom it wakes in it; then nobody is kept any more.</summary>
    void Run();
}
