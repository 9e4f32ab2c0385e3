namespace PortSentry.EngineSpecs.Supervision;

public sealed class DeathWatchSpecs : TestKit
{
    private sealed class Idle : ReceiveActor
    {
        public Idle() => ReceiveAny(_ => { });
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef subject, IActorRef report, bool unwatch)
        {
            Context.Watch(subject);
            Receive<Terminated>(t => report.Tell($"terminated {t.ActorRef.Path.Name}", Self));
            Receive<string>(_ =>
            {
                if (unwatch) Context.Unwatch(subject);
                report.Tell("ready", Self);
            });
        }
    }

    private sealed class WithMessage : ReceiveActor
    {
        public WithMessage(IActorRef subject, IActorRef report)
        {
            Context.WatchWith(subject, "it is gone");
            Receive<string>(s => report.Tell(s, Self));
        }
    }

    private sealed class Dependent : ReceiveActor
    {
        public Dependent(IActorRef subject)
        {
            Context.Watch(subject);
            Receive<int>(_ => { });
        }
    }

    private sealed class Tree : ReceiveActor
    {
        private readonly IActorRef _report;
        private readonly int _depth;

        public Tree(IActorRef report, int depth)
        {
            _report = report;
            _depth = depth;
            if (depth > 0) Context.ActorOf(Props.Create(() => new Tree(report, depth - 1)));
            ReceiveAny(_ => { });
        }

        protected override void PreStart()
        {
            if (_depth == 0) _report.Tell("grown", Self);
        }

        protected override void PostStop() => _report.Tell(_depth, Self);
    }

    [Fact]
    public void A_death_is_told_once()
    {
        var subject = Sys.ActorOf(Props.Create<Idle>(), "subject");
        Sys.ActorOf(Props.Create(() => new Watcher(subject, TestActor, false))).Tell("go", TestActor);
        ExpectMsg("ready");
        Sys.Stop(subject);
        ExpectMsg("terminated subject");
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_death_before_the_watch_is_told_too()
    {
        var subject = Sys.ActorOf(Props.Create<Idle>(), "early");
        Watch(subject);
        Sys.Stop(subject);
        ExpectTerminated(subject);
        Sys.ActorOf(Props.Create(() => new Watcher(subject, TestActor, false)));
        ExpectMsg("terminated early");
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void After_Unwatch_nothing_comes()
    {
        var subject = Sys.ActorOf(Props.Create<Idle>());
        Sys.ActorOf(Props.Create(() => new Watcher(subject, TestActor, true))).Tell("unwatch", TestActor);
        ExpectMsg("ready");
        Watch(subject);
        Sys.Stop(subject);
        ExpectTerminated(subject);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void WatchWith_sends_the_message_instead()
    {
        var subject = Sys.ActorOf(Props.Create<Idle>());
        Sys.ActorOf(Props.Create(() => new WithMessage(subject, TestActor)));
        subject.Tell(PoisonPill.Instance, TestActor);
        ExpectMsg("it is gone");
    }

    [Fact]
    public void Who_does_not_handle_Terminated_dies_with_the_one_it_watches()
    {
        var subject = Sys.ActorOf(Props.Create<Idle>());
        var dependent = Sys.ActorOf(Props.Create(() => new Dependent(subject)));
        Watch(dependent);
        EventFilter.Exception<DeathPactException>().ExpectOne(() => Sys.Stop(subject));
        ExpectTerminated(dependent);
    }

    [Fact]
    public void Children_stop_before_their_parents()
    {
        var tree = Sys.ActorOf(Props.Create(() => new Tree(TestActor, 3)));
        ExpectMsg("grown");
        Sys.Stop(tree);
        for (var depth = 0; depth <= 3; depth++) ExpectMsg(depth);
    }

    [Fact]
    public void What_a_dead_actor_is_told_becomes_a_dead_letter()
    {
        var actor = Sys.ActorOf(Props.Create<Idle>());
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell("too late", TestActor);
        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal("too late", letter.Message);
        Assert.Equal(actor, letter.Recipient);
        Assert.Equal(TestActor, letter.Sender);
    }

    [Fact]
    public void A_name_is_free_again_when_its_bearer_is_gone()
    {
        var first = Sys.ActorOf(Props.Create<Idle>(), "name");
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        AwaitAssert(() => Sys.ActorOf(Props.Create<Idle>(), "name"));
    }

    [Fact]
    public async Task Terminate_stops_everything_and_completes()
    {
        using var system = ActorSystem.Create("other");
        var terminated = false;
        system.RegisterOnTermination(() => terminated = true);
        system.ActorOf(Props.Create(() => new Tree(TestActor, 2)));
        ExpectMsg("grown");
        await system.Terminate();
        Assert.True(terminated);
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        for (var depth = 0; depth <= 2; depth++) ExpectMsg(depth);
    }
}
