namespace PortSentry.EngineSpecs.Actors;

public sealed class SystemSpecs : TestKit
{
    private sealed class Talker : ReceiveActor
    {
        public Talker()
        {
            var log = Context.GetLogger();
            Receive<string>(s => log.Info("said {0} to {1}", s, Sender.Path.Name));
            Receive<int>(i => log.Warning("number {0}", i));
        }
    }

    [Fact]
    public void The_event_stream_reaches_subscribers_of_the_type_and_of_its_bases()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ArgumentException));
        Sys.EventStream.Publish(new InvalidOperationException("not this"));
        Sys.EventStream.Publish(new ArgumentNullException("this"));
        ExpectMsg<ArgumentNullException>();
        Sys.EventStream.Unsubscribe(TestActor, typeof(ArgumentException));
        Sys.EventStream.Publish(new ArgumentException("no more"));
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_log_message_carries_its_actors_path_and_its_parameters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        var talker = Sys.ActorOf(Props.Create<Talker>(), "talker");
        talker.Tell(5, TestActor);
        var warning = ExpectMsg<Warning>();
        Assert.Equal("number 5", warning.Message.ToString());
        Assert.Contains("/user/talker", warning.LogSource, StringComparison.Ordinal);
    }

    [Fact]
    public void The_event_filter_counts_what_is_logged()
    {
        var talker = Sys.ActorOf(Props.Create<Talker>());
        EventFilter.Info(start: "said hello").ExpectOne(() => talker.Tell("hello", TestActor));
        EventFilter.Warning(contains: "number").Expect(2, () =>
        {
            talker.Tell(1, TestActor);
            talker.Tell(2, TestActor);
        });
        Assert.ThrowsAny<Exception>(() => EventFilter.Warning(contains: "nothing").ExpectOne(TimeSpan.FromMilliseconds(50), () => { }));
    }

    [Fact]
    public async Task A_coordinated_shutdown_runs_its_phases_in_order_and_ends_the_system()
    {
        using var system = ActorSystem.Create("shutdown");
        var order = new List<string>();
        var shutdown = CoordinatedShutdown.Get(system);
        foreach (var phase in new[] { CoordinatedShutdown.PhaseServiceStop, CoordinatedShutdown.PhaseBeforeServiceUnbind })
        {
            shutdown.AddTask(phase, "note", () =>
            {
                lock (order) order.Add(phase);
                return Task.FromResult(Done.Instance);
            });
        }

        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        Assert.Equal([CoordinatedShutdown.PhaseBeforeServiceUnbind, CoordinatedShutdown.PhaseServiceStop], order);
        Assert.True(system.WhenTerminated.IsCompleted);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task A_failing_task_does_not_keep_the_shutdown_from_its_end()
    {
        using var system = ActorSystem.Create("shutdown-fails");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "fails", () => throw new InvalidOperationException("no"));
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        Assert.True(system.WhenTerminated.IsCompleted);
    }
}
