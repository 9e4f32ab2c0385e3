using System.Globalization;

namespace PortSentry.Engine.TestKit.Xunit2;

/// <summary>Fails a test by throwing: xunit needs no more, so the engine needs no xunit.</summary>
public sealed class XunitAssertions : ITestKitAssertions
{
    public void Fail(string format = "", params object[] args) => throw new TestKitException(Text(format, args));

    public void AssertTrue(bool condition, string format = "", params object[] args)
    {
        if (!condition) Fail(format, args);
    }

    public void AssertFalse(bool condition, string format = "", params object[] args) => AssertTrue(!condition, format, args);

    private static string Text(string format, object[] args) =>
        args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);
}
