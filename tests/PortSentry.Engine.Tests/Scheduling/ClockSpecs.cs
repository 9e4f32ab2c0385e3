namespace PortSentry.EngineSpecs.Scheduling;

public sealed class ClockSpecs() : TestKit("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
{
    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    private sealed class Ticker : ReceiveActor, IWithTimers
    {
        public Ticker(IActorRef report)
        {
            Receive<string>(s => s == "single", _ => Timers.StartSingleTimer("s", "once", TimeSpan.FromSeconds(10)));
            Receive<string>(s => s == "periodic", _ => Timers.StartPeriodicTimer("p", "again", TimeSpan.FromSeconds(10)));
            Receive<string>(s => s == "replace", _ => Timers.StartSingleTimer("s", "replaced", TimeSpan.FromSeconds(20)));
            Receive<string>(s => s == "cancel", _ => Timers.CancelAll());
            Receive<string>(s => s == "fail", _ => throw new InvalidOperationException("timers end with the instance"));
            Receive<string>(s => s == "active?", _ => Sender.Tell(Timers.IsTimerActive("s"), Self));
            Receive<string>(s => s == "sync", _ => Sender.Tell("synced", Self));
            Receive<string>(s => report.Tell(s, Self));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class Sleeper : ReceiveActor
    {
        public Sleeper(IActorRef report)
        {
            Context.SetReceiveTimeout(TimeSpan.FromSeconds(10));
            Receive<ReceiveTimeout>(_ => report.Tell("timeout", Self));
            Receive<string>(s => s == "off", _ => Context.SetReceiveTimeout(null));
            ReceiveAny(m => report.Tell(m, Self));
        }
    }

    private IActorRef Synced(IActorRef ticker)
    {
        ticker.Tell("sync", TestActor);
        ExpectMsg("synced");
        return ticker;
    }

    private IActorRef NewTicker(params string[] commands)
    {
        var ticker = Sys.ActorOf(Props.Create(() => new Ticker(TestActor)));
        foreach (var command in commands) ticker.Tell(command, TestActor);
        return Synced(ticker);
    }

    [Fact]
    public void A_single_timer_fires_once_at_its_time()
    {
        var ticker = NewTicker("single");
        Clock.Advance(TimeSpan.FromSeconds(9));
        Synced(ticker);
        Clock.Advance(TimeSpan.FromSeconds(1));
        ExpectMsg("once");
        ticker.Tell("active?", TestActor);
        ExpectMsg(false);
        Clock.Advance(TimeSpan.FromSeconds(30));
        Synced(ticker);
    }

    [Fact]
    public void A_periodic_timer_fires_again_and_again_until_cancelled()
    {
        var ticker = NewTicker("periodic");
        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
            ExpectMsg("again");
        }

        ticker.Tell("cancel", TestActor);
        Synced(ticker);
        Clock.Advance(TimeSpan.FromSeconds(10));
        Synced(ticker);
    }

    [Fact]
    public void A_timer_started_again_replaces_the_first()
    {
        var ticker = NewTicker("single", "replace");
        Clock.Advance(TimeSpan.FromSeconds(10));
        Synced(ticker);
        Clock.Advance(TimeSpan.FromSeconds(10));
        ExpectMsg("replaced");
    }

    [Fact]
    public void A_restart_ends_the_timers()
    {
        var ticker = NewTicker("single");
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => ticker.Tell("fail", TestActor));
        Synced(ticker);
        Clock.Advance(TimeSpan.FromSeconds(10));
        Synced(ticker);
    }

    [Fact]
    public void The_receive_timeout_comes_after_silence_and_a_message_puts_it_off()
    {
        var sleeper = Sys.ActorOf(Props.Create(() => new Sleeper(TestActor)));
        sleeper.Tell("awake", TestActor);
        ExpectMsg("awake");
        Clock.Advance(TimeSpan.FromSeconds(6));
        sleeper.Tell("again", TestActor);
        ExpectMsg("again");
        // The message is handled, but its end may not have been noted yet: a second one makes it certain.
        sleeper.Tell("settled", TestActor);
        ExpectMsg("settled");
        Clock.Advance(TimeSpan.FromSeconds(6));
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        AwaitAssert(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            ExpectMsg("timeout", TimeSpan.FromMilliseconds(50));
        });
    }

    [Fact]
    public void The_scheduler_tells_once_and_repeatedly_and_can_be_cancelled()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "once", TestActor);
        var repeat = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TestActor, "repeat", TestActor);
        Clock.Advance(TimeSpan.FromSeconds(1));
        ExpectMsg("once");
        Clock.Advance(TimeSpan.FromSeconds(1));
        ExpectMsg("repeat");
        Clock.Advance(TimeSpan.FromSeconds(3));
        ExpectMsg("repeat");
        repeat.Cancel();
        Clock.Advance(TimeSpan.FromSeconds(3));
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }
}
