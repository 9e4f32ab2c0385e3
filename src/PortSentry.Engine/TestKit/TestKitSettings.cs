namespace PortSentry.Engine.TestKit;

/// <summary>How long a test kit waits. Akka.NET's defaults.</summary>
public sealed class TestKitSettings
{
    /// <summary>For a message that is expected.</summary>
    public TimeSpan SingleExpectDefault { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For a log event that is expected.</summary>
    public TimeSpan TestEventFilterLeeway { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan DefaultTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>All waits are multiplied by it: above 1 for a loaded machine.</summary>
    public double TestTimeFactor { get; init; } = 1.0;
}
