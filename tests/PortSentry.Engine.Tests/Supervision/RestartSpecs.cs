namespace PortSentry.EngineSpecs.Supervision;

public sealed class RestartSpecs : TestKit
{
    private sealed class Child : ReceiveActor
    {
        private readonly IActorRef _report;
        private int _count;

        public Child(IActorRef report)
        {
            _report = report;
            Receive<string>(s => s == "child", _ => Sender.Tell(Context.ActorOf(Props.Create(() => new Child(report))), Self));
            Receive<string>(s => s == "fail", _ => throw new InvalidOperationException("broken"));
            Receive<string>(s => s == "bad argument", _ => throw new ArgumentException("bad"));
            Receive<string>(s => s == "grave", _ => throw new NotSupportedException("grave"));
            ReceiveAny(_ => Sender.Tell(++_count, Self));
        }

        protected override void PreStart() => _report.Tell("PreStart", Self);

        protected override void PostStop() => _report.Tell("PostStop", Self);

        protected override void PreRestart(Exception reason, object message)
        {
            _report.Tell($"PreRestart {message}", Self);
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            _report.Tell($"PostRestart {reason.Message}", Self);
            base.PostRestart(reason);
        }
    }

    private sealed class Boss : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;

        public Boss(SupervisorStrategy strategy)
        {
            _strategy = strategy;
            Receive<Props>(p => Sender.Tell(Context.ActorOf(p), Self));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;
    }

    private sealed class Stillborn : ReceiveActor
    {
        public Stillborn() => throw new InvalidOperationException("never");
    }

    private IActorRef ChildUnder(SupervisorStrategy strategy, IActorRef report)
    {
        var boss = Sys.ActorOf(Props.Create(() => new Boss(strategy)));
        boss.Tell(Props.Create(() => new Child(report)), TestActor);
        return ExpectMsg<IActorRef>();
    }

    private static OneForOneStrategy Rules() => new(e => e switch
    {
        ArgumentException => Directive.Resume,
        NotSupportedException => Directive.Stop,
        _ => Directive.Restart,
    });

    [Fact]
    public void A_restart_makes_a_fresh_instance_and_keeps_mailbox_and_reference()
    {
        var report = CreateTestProbe();
        var child = ChildUnder(Rules(), report.Ref);
        report.ExpectMsg("PreStart");
        child.Tell("count", TestActor);
        ExpectMsg(1);
        child.Tell("count", TestActor);
        child.Tell("fail", TestActor);
        child.Tell("count", TestActor);
        ExpectMsg(2);
        ExpectMsg(1);
        report.ExpectMsg("PreRestart fail");
        report.ExpectMsg("PostStop");
        report.ExpectMsg("PostRestart broken");
        report.ExpectMsg("PreStart");
    }

    [Fact]
    public void All_for_one_restarts_the_siblings_too()
    {
        var (failing, sibling, report) = Siblings(Directive.Restart);
        sibling.Tell("count", TestActor);
        ExpectMsg(1);
        failing.Tell("fail", TestActor);
        report.FishForMessage<string>(said => said == "PostRestart broken");
        sibling.Tell("count", TestActor);
        ExpectMsg(1);
    }

    [Fact]
    public void All_for_one_stops_the_siblings_too()
    {
        var (failing, sibling, _) = Siblings(Directive.Stop);
        Watch(sibling);
        failing.Tell("fail", TestActor);
        ExpectTerminated(sibling);
    }

    // The report is the sibling's.
    private (IActorRef Failing, IActorRef Sibling, TestProbe Report) Siblings(Directive directive)
    {
        var (report, other) = (CreateTestProbe(), CreateTestProbe());
        var boss = Sys.ActorOf(Props.Create(() => new Boss(new AllForOneStrategy(_ => directive))));
        boss.Tell(Props.Create(() => new Child(other.Ref)), TestActor);
        var failing = ExpectMsg<IActorRef>();
        boss.Tell(Props.Create(() => new Child(report.Ref)), TestActor);
        return (failing, ExpectMsg<IActorRef>(), report);
    }

    [Fact]
    public void Resume_keeps_the_instance()
    {
        var child = ChildUnder(Rules(), CreateTestProbe().Ref);
        child.Tell("count", TestActor);
        child.Tell("bad argument", TestActor);
        child.Tell("count", TestActor);
        ExpectMsg(1);
        ExpectMsg(2);
    }

    [Fact]
    public void Stop_stops_and_tells_the_watcher()
    {
        var child = ChildUnder(Rules(), CreateTestProbe().Ref);
        Watch(child);
        child.Tell("grave", TestActor);
        ExpectTerminated(child);
    }

    [Fact]
    public void A_restart_stops_the_children_first()
    {
        var report = CreateTestProbe();
        var child = ChildUnder(Rules(), report.Ref);
        report.ExpectMsg("PreStart");
        child.Tell("child", TestActor);
        var grandchild = ExpectMsg<IActorRef>();
        report.ExpectMsg("PreStart");
        Watch(grandchild);
        child.Tell("fail", TestActor);
        ExpectTerminated(grandchild);
        report.FishForMessage<string>(s => s == "PostRestart broken");
        child.Tell("count", TestActor);
        ExpectMsg(1);
    }

    [Fact]
    public void Escalate_fails_the_parent_in_the_childs_stead()
    {
        var report = CreateTestProbe();
        var top = Sys.ActorOf(Props.Create(() => new Boss(Rules())));
        top.Tell(Props.Create(() => new Boss(new OneForOneStrategy(_ => Directive.Escalate))), TestActor);
        var middle = ExpectMsg<IActorRef>();
        middle.Tell(Props.Create(() => new Child(report.Ref)), TestActor);
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        child.Tell("fail", TestActor);
        ExpectTerminated(child);
        middle.Tell(Props.Create(() => new Child(report.Ref)), TestActor);
        ExpectMsg<IActorRef>().Tell("count", TestActor);
        ExpectMsg(1);
    }

    [Fact]
    public void More_failures_than_retries_in_the_window_stop_the_child()
    {
        var child = ChildUnder(new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart), CreateTestProbe().Ref);
        Watch(child);
        child.Tell("fail", TestActor);
        child.Tell("fail", TestActor);
        child.Tell("count", TestActor);
        ExpectMsg(1);
        child.Tell("fail", TestActor);
        ExpectTerminated(child);
    }

    [Fact]
    public void An_actor_that_cannot_be_made_is_stopped()
    {
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() =>
        {
            var stillborn = Sys.ActorOf(Props.Create<Stillborn>());
            Watch(stillborn);
            ExpectTerminated(stillborn);
        });
    }

    [Fact]
    public void Kill_fails_and_PoisonPill_ends_in_order()
    {
        var report = CreateTestProbe();
        var killed = Sys.ActorOf(Props.Create(() => new Child(report.Ref)));
        Watch(killed);
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => killed.Tell(Kill.Instance, TestActor));
        ExpectTerminated(killed);

        var poisoned = Sys.ActorOf(Props.Create(() => new Child(report.Ref)));
        Watch(poisoned);
        poisoned.Tell("count", TestActor);
        poisoned.Tell(PoisonPill.Instance, TestActor);
        ExpectMsg(1);
        ExpectTerminated(poisoned);
    }

    [Fact]
    public void Backoff_starts_the_child_again_after_a_pause()
    {
        var report = CreateTestProbe();
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(Backoff.OnFailure(
            Props.Create(() => new Child(report.Ref)), "child", TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100), 0.0, -1).WithManualReset()));
        report.ExpectMsg("PreStart");
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => supervisor.Tell("fail", TestActor));
        report.ExpectMsg("PostStop");
        report.ExpectMsg("PreStart");
        supervisor.Tell(BackoffSupervisor.GetRestartCount.Instance, TestActor);
        Assert.Equal(1, ExpectMsg<BackoffSupervisor.RestartCount>().Count);
        supervisor.Tell("count", TestActor);
        ExpectMsg(1);
    }
}
