using PortSentry.Engine.Dispatch;

namespace PortSentry.EngineSpecs.BuiltIn;

/// <summary>Who is woken by a turn has the next one on that thread; nobody waits for what else the waker has to do.</summary>
public sealed class RelaySpecs : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private sealed class Chained : ReceiveActor
    {
        public Chained(IActorRef next) => Receive<List<int>>(threads =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            next.Tell(threads, Self);
            // Time enough for any other thread to take it.
            Thread.Sleep(20);
        });
    }

    private sealed class Busy : ReceiveActor
    {
        public Busy(IActorRef other, ManualResetEventSlim otherRan)
        {
            Receive<string>(text => other.Tell(text, Self));
            Receive<int>(_ => Sender.Tell(otherRan.Wait(Patience), Self));
        }
    }

    private sealed class Asking : ReceiveActor
    {
        public Asking(IActorRef other) => Receive<string>(text => Sender.Tell(other.Ask<string>(text).WaitAsync(Patience).GetAwaiter().GetResult(), Self));
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message, Self));
    }

    private sealed class Setting : ReceiveActor
    {
        public Setting(ManualResetEventSlim ran) => ReceiveAny(_ => ran.Set());
    }

    /// <returns>The thread, which keeps nobody any more.</returns>
    private int KeepOnOwnThread(Action then)
    {
        var actor = Sys.ActorOf(Props.Create(() => new Chained(TestActor)));
        var (own, keeps) = (0, true);
        var thread = new Thread(() =>
        {
            own = Environment.CurrentManagedThreadId;
            OwnTurns.Keep();
            // While it is still being made, it is awake and need not be kept.
            while (!OwnTurns.IsAnyKept) actor.Tell(new List<int>(), TestActor);
            then();
            keeps = OwnTurns.IsAnyKept;
        });
        thread.Start();
        Assert.True(thread.Join(Patience));
        Assert.False(keeps);
        return own;
    }

    [Fact]
    public void A_chain_of_tells_runs_on_one_thread()
    {
        var third = Sys.ActorOf(Props.Create(() => new Chained(TestActor)));
        var second = Sys.ActorOf(Props.Create(() => new Chained(third)));
        var first = Sys.ActorOf(Props.Create(() => new Chained(second)));
        // A round may find an actor that is still being made, or whose turn before has not ended: that one goes on where it is. By the pool alone no
        // round would stay on one thread, since that thread sleeps while the next actor waits.
        var rounds = 0;
        do
        {
            first.Tell(new List<int>(), TestActor);
        }
        while (ExpectMsg<List<int>>(Patience).Distinct().Count() > 1 && ++rounds < 10);

        Assert.True(rounds < 10);
    }

    [Fact]
    public void Who_is_woken_does_not_wait_for_the_next_message_of_who_woke_it()
    {
        using var ran = new ManualResetEventSlim();
        var other = Sys.ActorOf(Props.Create(() => new Setting(ran)));
        var busy = Sys.ActorOf(Props.Create(() => new Busy(other, ran)));
        busy.Tell("wake", TestActor);
        busy.Tell(1, TestActor);
        Assert.True(ExpectMsg<bool>(Patience));
    }

    [Fact]
    public void A_thread_of_its_own_has_the_turn_of_whom_it_kept()
    {
        var own = KeepOnOwnThread(OwnTurns.Run);
        while (!ExpectMsg<List<int>>(Patience).Contains(own))
        {
        }
    }

    [Fact]
    public void Whom_such_a_thread_passes_on_has_its_turn_in_the_pool()
    {
        var own = KeepOnOwnThread(OwnTurns.Pass);
        Assert.DoesNotContain(own, ExpectMsg<List<int>>(Patience));
    }

    [Fact]
    public void A_handler_may_block_on_the_answer_to_what_it_asks()
    {
        var echo = Sys.ActorOf(Props.Create<Echo>());
        Sys.ActorOf(Props.Create(() => new Asking(echo))).Tell("hello", TestActor);
        ExpectMsg("hello", Patience);
    }
}
