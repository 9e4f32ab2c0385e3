namespace PortSentry.EngineSpecs.Persistence;

public sealed class PersistentActorSpecs : TestKit
{
    private sealed record Added(int Value);

    private sealed class Counter : ReceivePersistentActor
    {
        private int _sum;

        public Counter(string id, IActorRef report)
        {
            PersistenceId = id;
            Recover<SnapshotOffer>(o => _sum = (int)o.Snapshot);
            Recover<Added>(e => _sum += e.Value);
            Recover<RecoveryCompleted>(_ => report.Tell($"recovered {_sum} at {LastSequenceNr}", Self));
            Command<int>(i => Persist(new Added(i), e =>
            {
                _sum += e.Value;
                Sender.Tell(_sum, Self);
            }));
            Command<int[]>(many => PersistAll(many.Select(i => new Added(i)), e =>
            {
                _sum += e.Value;
                Sender.Tell(_sum, Self);
            }));
            Command<string>(s => s == "tell first", _ =>
            {
                Persist(new Added(1), e =>
                {
                    _sum += e.Value;
                    report.Tell("handled", Self);
                });
                report.Tell("told", Self);
            });
            Command<string>(s => s == "async", _ =>
            {
                PersistAsync(new Added(1), e =>
                {
                    _sum += e.Value;
                    report.Tell("persisted 1", Self);
                });
                PersistAsync(new Added(2), e =>
                {
                    _sum += e.Value;
                    report.Tell("persisted 2", Self);
                });
                DeferAsync("deferred", d => report.Tell(d, Self));
            });
            Command<string>(s => s == "all async", _ =>
            {
                PersistAllAsync([new Added(1), new Added(2)], e =>
                {
                    _sum += e.Value;
                    report.Tell($"persisted {e.Value}", Self);
                });
                DeferAsync("deferred", d => report.Tell(d, Self));
                report.Tell("told", Self);
            });
            Command<string>(s => s == "nested", _ => Persist(new Added(1), _ =>
            {
                _sum++;
                report.Tell("outer", Self);
                Persist(new Added(1), _ =>
                {
                    _sum++;
                    report.Tell("inner", Self);
                });
            }));
            CommandAsync<double>(async d =>
            {
                await Task.Yield();
                Persist(new Added((int)d), e =>
                {
                    _sum += e.Value;
                    Sender.Tell(_sum, Self);
                });
            });
            Command<string>(s => s == "defer alone", _ => DeferAsync("now", d => report.Tell(d, Self)));
            Command<string>(s => s == "snapshot", _ => SaveSnapshot(_sum));
            Command<SaveSnapshotSuccess>(s => report.Tell($"saved {s.Metadata.SequenceNr}", Self));
            Command<string>(s => s == "forget", _ => DeleteMessages(LastSequenceNr));
            Command<DeleteMessagesSuccess>(s => report.Tell($"deleted {s.ToSequenceNr}", Self));
            Command<string>(s => s == "forget snapshots", _ => DeleteSnapshots(SnapshotSelectionCriteria.Latest));
            Command<DeleteSnapshotsSuccess>(_ => report.Tell("snapshots deleted", Self));
            Command<string>(s => s == "fail", _ => throw new InvalidOperationException("broken"));
            Command<string>(s => s == "persist and fail", _ =>
            {
                Persist(new Added(100), _ => { });
                throw new InvalidOperationException("broken after persist");
            });
            Command<string>(s => s == "number", _ => Sender.Tell(LastSequenceNr, Self));
            Command<string>(s => Sender.Tell(s, Self));
        }

        public override string PersistenceId { get; }
    }

    private sealed class Partial : ReceivePersistentActor
    {
        private readonly List<int> _seen = [];

        public Partial(string id, IActorRef report, Recovery recovery)
        {
            PersistenceId = id;
            Recovery = recovery;
            Recover<Added>(e => _seen.Add(e.Value));
            Recover<RecoveryCompleted>(_ => report.Tell($"{string.Join(',', _seen)} at {LastSequenceNr}", Self));
            CommandAny(_ => { });
        }

        public override string PersistenceId { get; }

        public override Recovery Recovery { get; }
    }

    private sealed class BadMemory : ReceivePersistentActor
    {
        public BadMemory(string id)
        {
            PersistenceId = id;
            Recover<Added>(_ => throw new InvalidOperationException("cannot remember"));
            CommandAny(_ => { });
        }

        public override string PersistenceId { get; }
    }

    private IActorRef Start(string id, string recovered)
    {
        var counter = Sys.ActorOf(Props.Create(() => new Counter(id, TestActor)));
        ExpectMsg(recovered);
        return counter;
    }

    private void StopAndWait(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void Events_come_back_in_the_next_incarnation()
    {
        var counter = Start("back", "recovered 0 at 0");
        counter.Tell(3, TestActor);
        ExpectMsg(3);
        counter.Tell(4, TestActor);
        ExpectMsg(7);
        StopAndWait(counter);
        Start("back", "recovered 7 at 2");
    }

    [Fact]
    public void The_handler_runs_after_the_command_and_the_actor_may_tell_before_the_write_is_done()
    {
        Start("tell", "recovered 0 at 0").Tell("tell first", TestActor);
        ExpectMsg("told");
        ExpectMsg("handled");
    }

    [Fact]
    public void Commands_wait_while_events_are_persisted()
    {
        var counter = Start("wait", "recovered 0 at 0");
        counter.Tell(new[] { 1, 2, 3 }, TestActor);
        counter.Tell("echo", TestActor);
        ExpectMsg(1);
        ExpectMsg(3);
        ExpectMsg(6);
        ExpectMsg("echo");
    }

    [Fact]
    public void A_persist_inside_a_handler_comes_before_the_next_command()
    {
        var counter = Start("nested", "recovered 0 at 0");
        counter.Tell("nested", TestActor);
        counter.Tell("echo", TestActor);
        ExpectMsg("outer");
        ExpectMsg("inner");
        ExpectMsg("echo");
    }

    [Fact]
    public void PersistAsync_keeps_the_order_and_DeferAsync_comes_after()
    {
        var counter = Start("async", "recovered 0 at 0");
        counter.Tell("async", TestActor);
        ExpectMsg("persisted 1");
        ExpectMsg("persisted 2");
        ExpectMsg("deferred");
        counter.Tell("defer alone", TestActor);
        ExpectMsg("now");
    }

    [Fact]
    public void PersistAllAsync_does_not_hold_the_turn_and_keeps_the_order()
    {
        var counter = Start("all-async", "recovered 0 at 0");
        counter.Tell("all async", TestActor);
        ExpectMsg("told");
        ExpectMsg("persisted 1");
        ExpectMsg("persisted 2");
        ExpectMsg("deferred");
        StopAndWait(counter);
        Start("all-async", "recovered 3 at 2");
    }

    [Fact]
    public void An_asynchronous_command_may_persist()
    {
        var counter = Start("command-async", "recovered 0 at 0");
        counter.Tell(5.0, TestActor);
        counter.Tell("echo", TestActor);
        ExpectMsg(5);
        ExpectMsg("echo");
    }

    [Fact]
    public void Recovery_takes_the_snapshot_and_the_events_after_it()
    {
        var counter = Start("snap", "recovered 0 at 0");
        counter.Tell(new[] { 1, 2 }, TestActor);
        ExpectMsg(1);
        ExpectMsg(3);
        counter.Tell("snapshot", TestActor);
        ExpectMsg("saved 2");
        counter.Tell("forget", TestActor);
        ExpectMsg("deleted 2");
        counter.Tell(10, TestActor);
        ExpectMsg(13);
        StopAndWait(counter);
        var again = Start("snap", "recovered 13 at 3");
        again.Tell("forget snapshots", TestActor);
        ExpectMsg("snapshots deleted");
        StopAndWait(again);
        Start("snap", "recovered 10 at 3");
    }

    [Fact]
    public void Numbers_go_on_after_all_events_are_deleted()
    {
        var counter = Start("numbers", "recovered 0 at 0");
        counter.Tell(1, TestActor);
        ExpectMsg(1);
        counter.Tell("forget", TestActor);
        ExpectMsg("deleted 1");
        StopAndWait(counter);
        var again = Start("numbers", "recovered 0 at 1");
        again.Tell(5, TestActor);
        ExpectMsg(5);
        again.Tell("number", TestActor);
        ExpectMsg(2L);
    }

    [Fact]
    public void A_restart_recovers_and_keeps_waiting_commands()
    {
        var counter = Start("restart", "recovered 0 at 0");
        counter.Tell(2, TestActor);
        ExpectMsg(2);
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() =>
        {
            counter.Tell("fail", TestActor);
            counter.Tell(3, TestActor);
            ExpectMsg("recovered 2 at 1");
            ExpectMsg(5);
        });
    }

    [Fact]
    public void What_a_failing_command_has_persisted_is_written_before_the_restart_recovers()
    {
        var counter = Start("flush", "recovered 0 at 0");
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() =>
        {
            counter.Tell("persist and fail", TestActor);
            ExpectMsg("recovered 100 at 1");
        });
    }

    [Fact]
    public void Recovery_can_be_limited()
    {
        var counter = Start("limited", "recovered 0 at 0");
        counter.Tell(new[] { 1, 2, 3, 4 }, TestActor);
        for (var i = 0; i < 4; i++) ExpectMsg<int>();
        StopAndWait(counter);
        var upTo = Sys.ActorOf(Props.Create(() => new Partial("limited", TestActor, new Recovery(SnapshotSelectionCriteria.Latest, 2))));
        ExpectMsg("1,2 at 4");
        StopAndWait(upTo);
        var atMost = Sys.ActorOf(Props.Create(() => new Partial("limited", TestActor, new Recovery(SnapshotSelectionCriteria.Latest, long.MaxValue, 3))));
        ExpectMsg("1,2,3 at 4");
        StopAndWait(atMost);
        Sys.ActorOf(Props.Create(() => new Partial("limited", TestActor, Recovery.None)));
        ExpectMsg(" at 4");
    }

    [Fact]
    public void A_failing_recovery_stops_the_actor()
    {
        var counter = Start("bad-memory", "recovered 0 at 0");
        counter.Tell(1, TestActor);
        ExpectMsg(1);
        StopAndWait(counter);
        EventFilter.Error(contains: "Exception in ReceiveRecover").ExpectOne(() =>
        {
            var bad = Sys.ActorOf(Props.Create(() => new BadMemory("bad-memory")));
            Watch(bad);
            ExpectTerminated(bad);
        });
    }

    [Fact]
    public void Many_actors_recover_although_few_may_at_a_time()
    {
        for (var i = 0; i < 200; i++)
        {
            var id = $"many-{i}";
            Sys.ActorOf(Props.Create(() => new Counter(id, TestActor)));
        }

        for (var i = 0; i < 200; i++) ExpectMsg("recovered 0 at 0", TimeSpan.FromSeconds(10));
    }
}
