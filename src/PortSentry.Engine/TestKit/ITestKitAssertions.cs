namespace PortSentry.Engine.TestKit;

/// <summary>How a test kit fails a test: the bridge to the test framework.</summary>
public interface ITestKitAssertions
{
    void Fail(string format = "", params object[] args);

    void AssertTrue(bool condition, string format = "", params object[] args);

    void AssertFalse(bool condition, string format = "", params object[] args);
}
