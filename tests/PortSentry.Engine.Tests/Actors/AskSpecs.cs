namespace PortSentry.EngineSpecs.Actors;

public sealed class AskSpecs : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private sealed class Oracle : ReceiveActor
    {
        public Oracle()
        {
            Receive<int>(i => Sender.Tell(i * 2, Self));
            Receive<string>(s => s == "fail", _ => Sender.Tell(new Status.Failure(new InvalidOperationException("no")), Self));
            Receive<string>(_ => { });
        }
    }

    [Fact]
    public async Task Ask_gives_the_answer()
    {
        var oracle = Sys.ActorOf(Props.Create<Oracle>());
        Assert.Equal(42, await oracle.Ask<int>(21, Patience));
    }

    [Fact]
    public async Task A_failure_as_answer_fails_the_task()
    {
        var oracle = Sys.ActorOf(Props.Create<Oracle>());
        await Assert.ThrowsAsync<InvalidOperationException>(() => oracle.Ask<int>("fail", Patience));
    }

    [Fact]
    public async Task An_answer_of_another_type_fails_the_task()
    {
        var oracle = Sys.ActorOf(Props.Create<Oracle>());
        await Assert.ThrowsAsync<ArgumentException>(() => oracle.Ask<string>(1, Patience));
    }

    [Fact]
    public async Task No_answer_in_time_is_a_timeout()
    {
        var oracle = Sys.ActorOf(Props.Create<Oracle>());
        await Assert.ThrowsAsync<AskTimeoutException>(() => oracle.Ask<int>("silence", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task A_cancelled_ask_is_cancelled()
    {
        var oracle = Sys.ActorOf(Props.Create<Oracle>());
        using var cancel = new CancellationTokenSource();
        var asked = oracle.Ask<int>("silence", Patience, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task GracefulStop_ends_when_the_actor_has_stopped()
    {
        var oracle = Sys.ActorOf(Props.Create<Oracle>());
        Watch(oracle);
        Assert.True(await oracle.GracefulStop(Patience));
        ExpectTerminated(oracle);
        Assert.True(await oracle.GracefulStop(Patience));
    }
}
