using PortSentry.Actors.Notices;
using PortSentry.Actors.Responses;
using PortSentry.Core;
using PortSentry.Responders;

namespace PortSentry.Actors.Tests.Notices;

public sealed class NoticeHubTests : ActorSpec
{
    private readonly FakeReporter _one = new("one");
    private readonly FakeReporter _two = new("two");
    private IReadOnlyList<FakeReporter> _configured;

    public NoticeHubTests() => _configured = [_one, _two];

    [Fact]
    public void A_reporter_that_hangs_costs_the_other_nothing_and_keeps_the_newest()
    {
        var hub = Hub();
        _one.Hang();
        // In halves: the other one's queue is bounded too.
        for (var (i, half) = (0, (NoticeReporter.MostWaiting / 2) + 50); i < 2 * half; i++)
        {
            hub.Tell(Line(i), TestActor);
            if (i % half == half - 1) AwaitAssert(() => Assert.Equal(i + 1, _two.Told.Count), TimeSpan.FromSeconds(30));
        }
        _one.GoOn();
        // One was in the reporter's hands; of the others the newest thousand wait.
        AwaitAssert(() => Assert.Equal($"line {NoticeReporter.MostWaiting + 99}", _one.Told is [.., var last] ? last : null), TimeSpan.FromSeconds(30));
        Assert.InRange(_one.Told.Count, NoticeReporter.MostWaiting, NoticeReporter.MostWaiting + 1);
    }

    [Fact]
    public void Lines_wait_for_a_reporter_that_comes_back_and_its_fault_is_named_meanwhile()
    {
        var hub = Hub();
        _one.Fault = ResponderResult.Later("/dev/log: connection refused");
        hub.Tell(Line(1), TestActor);
        hub.Tell(Line(2), TestActor);
        AwaitAssert(() =>
        {
            hub.Tell(GetResponseStatus.Instance, TestActor);
            Assert.Contains(ExpectMsg<ResponseStatus>().Responders, static one => one is { Name: "one", Ok: false, Error: "/dev/log: connection refused" });
        });
        Assert.Equal(["line 1", "line 2"], _two.Told);
        _one.Fault = null;
        TurnSlowly(2);
        AwaitAssert(() => Assert.Equal(["line 1", "line 2"], _one.Told));
    }

    [Fact]
    public void Other_reporters_hear_from_then_on_and_those_that_go_are_disposed_of()
    {
        var hub = Hub();
        hub.Tell(Line(1), TestActor);
        AwaitAssert(() => Assert.Equal((1, 1), (_one.Told.Count, _two.Told.Count)));
        var three = new FakeReporter("two");
        _configured = [_one, three];
        hub.Tell(ReportersChanged.Instance, TestActor);
        hub.Tell(Line(2), TestActor);
        AwaitAssert(() => Assert.Equal(["line 2"], three.Told));
        AwaitAssert(() => Assert.True(_two.IsDisposed));
        Assert.Equal(["line 1"], _two.Told);
        AwaitAssert(() => Assert.Equal(["line 1", "line 2"], _one.Told));
        Assert.False(_one.IsDisposed);
    }

    [Fact]
    public void Before_the_end_all_lines_are_delivered()
    {
        var hub = Hub();
        for (var i = 0; i < 100; i++) hub.Tell(Line(i), TestActor);
        hub.Tell(DeliverNotices.Instance, TestActor);
        ExpectMsg<NoticesDelivered>();
        Assert.Equal(100, _one.Told.Count);
        Assert.Equal(100, _two.Told.Count);
    }

    private IActorRef Hub() => Sys.ActorOf(NoticeHub.PropsFor(() => _configured));

    private static Notice Line(int number) => new(new Instant(number), NoticeSeverity.Notice, $"line {number}", "scan", null, new Dictionary<string, string>());
}
