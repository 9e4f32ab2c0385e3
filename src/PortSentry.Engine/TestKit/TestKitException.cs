namespace PortSentry.Engine.TestKit;

/// <summary>An expectation of a test kit was not met.</summary>
public sealed class TestKitException(string message) : Exception(message);
