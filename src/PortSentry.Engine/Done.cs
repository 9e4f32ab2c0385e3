namespace PortSentry.Engine;

/// <summary>The value of a task that has none (Akka.Done).</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done() { }

    public override string ToString() => "Done";
}

/// <summary>The message that says nothing (Akka.NotUsed).</summary>
public sealed class NotUsed
{
    public static readonly NotUsed Instance = new();

    private NotUsed() { }
}
