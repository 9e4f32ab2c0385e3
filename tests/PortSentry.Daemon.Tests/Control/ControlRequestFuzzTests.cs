using System.Text;
using PortSentry.Daemon.Control;
using PortSentry.Tests.Fuzz;

namespace PortSentry.Daemon.Tests.Control;

/// <summary>Who may write to the socket is root; what is written may still be anything.</summary>
public sealed class ControlRequestFuzzTests
{
    private static readonly byte[][] Good =
    [
        "{\"command\":\"status\"}"u8.ToArray(),
        "{\"command\":\"block\",\"target\":\"192.0.2.1/24\",\"seconds\":3600.5,\"reason\":\"caf\u00e9 \\\"x\\\" \\ud83d\\ude00\"}"u8.ToArray(),
        "{\"command\":\"history\",\"count\":10,\"target\":null,\"unknown\":{\"a\":[1,2,{}]}}"u8.ToArray(),
        Encoding.UTF8.GetBytes(new string('[', 200)),
    ];

    [Fact]
    public void Any_bytes_are_a_request_or_a_problem() => FuzzCases.Run(30_000, Good, static line =>
    {
        var read = ControlRequestReader.TryRead(line, out var request, out var problem);
        if (read ? request?.Command is null : string.IsNullOrEmpty(problem)) throw new InvalidOperationException("neither a request nor a problem");
        if (problem?.Contains(nameof(PortSentry), StringComparison.Ordinal) == true) throw new InvalidOperationException("a type of ours is no words for people");
    });

    [Fact]
    public void Good_requests_are_read()
    {
        Assert.True(ControlRequestReader.TryRead(Good[1], out var request, out _));
        Assert.Equal(("block", "192.0.2.1/24", 3600.5), (request.Command, request.Target, request.Seconds));
        Assert.False(ControlRequestReader.TryRead("{\"target\":\"192.0.2.1\"}"u8, out _, out var problem));
        Assert.NotEmpty(problem);
    }
}
