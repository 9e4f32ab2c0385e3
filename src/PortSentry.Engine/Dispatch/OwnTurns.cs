namespace PortSentry.Engine.Dispatch;

/// <summary>
/// For a thread that is not the pool's, listens to something and tells actors of it: it may have the turn of the first actor that it wakes, and does not
/// wake another thread for it. Between <see cref="Keep"/> and the end of <see cref="Run"/> it must not wait, unless nobody is kept.
/// </summary>
public static class OwnTurns
{
    public static bool IsAnyKept => Relay.Own.HasNext;

    public static void Keep() => Relay.Own.Keep();

    public static void Pass() => Relay.Own.Pass();

    public static void Run() => Relay.Own.RunNext();
}
