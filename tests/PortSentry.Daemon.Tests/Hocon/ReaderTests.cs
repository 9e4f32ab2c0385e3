using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Hocon;

public sealed class ReaderTests
{
    [Theory]
    [InlineData("50ms", 500_000)]
    [InlineData("12 h", 12 * TimeSpan.TicksPerHour)]
    [InlineData("3 seconds", 3 * TimeSpan.TicksPerSecond)]
    [InlineData("\" 1.5 minutes \"", 90 * TimeSpan.TicksPerSecond)]
    [InlineData("365d", 365 * TimeSpan.TicksPerDay)]
    [InlineData("250", 2_500_000)]
    [InlineData("\"250\"", 2_500_000)]
    [InlineData("150ns", 2)]
    [InlineData("10 micros", 100)]
    [InlineData("-1s", -TimeSpan.TicksPerSecond)]
    [InlineData("0", 0)]
    public void Durations(string text, long ticks)
    {
        Assert.True(DurationReader.TryRead(Value(text), out var duration));
        Assert.Equal(ticks, duration.Ticks);
    }

    [Theory]
    [InlineData("10 S")]
    [InlineData("10 fortnights")]
    [InlineData("s")]
    [InlineData("1 2 s")]
    [InlineData("1e30d")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("\"\"")]
    public void No_durations(string text) => Assert.False(DurationReader.TryRead(Value(text), out _));

    [Theory]
    [InlineData("64MB", 64_000_000)]
    [InlineData("64 MiB", 64 << 20)]
    [InlineData("64M", 64 << 20)]
    [InlineData("64m", 64 << 20)]
    [InlineData("128K", 128 << 10)]
    [InlineData("2 kilobytes", 2000)]
    [InlineData("2 kibibytes", 2048)]
    [InlineData("0.5 GiB", 1 << 29)]
    [InlineData("1024", 1024)]
    [InlineData("7 B", 7)]
    public void Sizes(string text, long bytes)
    {
        Assert.True(SizeReader.TryRead(Value(text), out var size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("64 mb")]
    [InlineData("KB")]
    [InlineData("1 KB")]
    [InlineData("1 YiB")]
    [InlineData("off")]
    public void No_sizes(string text) => Assert.False(SizeReader.TryRead(Value(text), out _));

    [Theory]
    [InlineData("on", true)]
    [InlineData("yes", true)]
    [InlineData("true", true)]
    [InlineData("\"true\"", true)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    [InlineData("false", false)]
    public void Booleans(string text, bool expected)
    {
        Assert.True(BooleanReader.TryRead(Value(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("True")]
    [InlineData("enabled")]
    [InlineData("null")]
    public void No_booleans(string text) => Assert.False(BooleanReader.TryRead(Value(text), out _));

    [Fact]
    public void Numbers_follow_the_JSON_grammar()
    {
        Assert.True(NumberReader.TryRead(Value("0.2"), out double real));
        Assert.Equal(0.2, real);
        Assert.True(NumberReader.TryRead(Value("\"1e3\""), out long whole));
        Assert.Equal(1000, whole);
        Assert.False(NumberReader.TryRead(Value("1.5"), out long _));
        Assert.False(NumberReader.TryRead(Value("010"), out long _));
        Assert.False(NumberReader.TryRead(Value("1e999"), out double _));
        Assert.False(NumberReader.TryRead(Value("0x10"), out long _));
    }

    private static HoconValue Value(string text) => Json.Loader().Load(new HoconSource("t", "v = " + text)).Find("v")!;
}
