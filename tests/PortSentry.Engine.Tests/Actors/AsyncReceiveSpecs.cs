namespace PortSentry.EngineSpecs.Actors;

public sealed class AsyncReceiveSpecs : TestKit
{
    private sealed class Waiter : ReceiveActor
    {
        public Waiter(Task gate)
        {
            ReceiveAsync<string>(async s =>
            {
                var (self, sender) = (Self, Sender);
                await gate;
                await Task.Yield();
                var same = Self.Equals(self) && Sender.Equals(sender) && Context.Self.Equals(self);
                Sender.Tell($"{s} {same}", Self);
            });
            Receive<int>(i => Sender.Tell(i, Self));
        }
    }

    private sealed class Stumbler : ReceiveActor
    {
        public Stumbler()
        {
            ReceiveAsync<string>(async _ =>
            {
                await Task.Yield();
                throw new InvalidOperationException("after the await");
            });
            Receive<int>(i => Sender.Tell(i, Self));
        }

        protected override void PreRestart(Exception reason, object message)
        {
            Sender.Tell($"{reason.Message}: {message}", Self);
            base.PreRestart(reason, message);
        }
    }

    [Fact]
    public void The_mailbox_waits_for_the_task_and_the_context_stays_valid()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiter = Sys.ActorOf(Props.Create(() => new Waiter(gate.Task)));
        waiter.Tell("first", TestActor);
        waiter.Tell(2, TestActor);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        gate.SetResult();
        ExpectMsg("first True");
        ExpectMsg(2);
    }

    [Fact]
    public void A_failure_after_an_await_is_the_actors_failure()
    {
        var stumbler = Sys.ActorOf(Props.Create<Stumbler>());
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() =>
        {
            stumbler.Tell("go", TestActor);
            stumbler.Tell(5, TestActor);
            ExpectMsg("after the await: go");
            ExpectMsg(5);
        });
    }

    [Fact]
    public void PipeTo_sends_the_result_or_the_failure()
    {
        Task.FromResult(7).PipeTo(TestActor);
        ExpectMsg(7);
        Task.FromException<int>(new TimeoutException("late")).PipeTo(TestActor);
        ExpectMsg<Status.Failure>(f => f.Cause is TimeoutException);
    }

    [Fact]
    public async Task An_asynchronous_test_keeps_its_implicit_sender()
    {
        var waiter = Sys.ActorOf(Props.Create(() => new Waiter(Task.CompletedTask)));
        await Task.Delay(1);
        waiter.Tell(9);
        await ExpectMsgAsync(9);
    }
}
