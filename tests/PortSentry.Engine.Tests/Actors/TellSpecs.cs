namespace PortSentry.EngineSpecs.Actors;

public sealed class TellSpecs : TestKit
{
    private sealed record Numbered(int Producer, int Number);

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(m => Sender.Tell(m, Self));
    }

    private sealed class OrderChecker : ReceiveActor
    {
        private readonly Dictionary<int, int> _last = [];
        private int _inside;

        public OrderChecker(IActorRef report, int producers, int each)
        {
            var left = producers * each;
            Receive<Numbered>(m =>
            {
                if (Interlocked.Increment(ref _inside) != 1) report.Tell("two at a time", Self);
                if (_last.GetValueOrDefault(m.Producer, -1) + 1 != m.Number) report.Tell("out of order", Self);
                _last[m.Producer] = m.Number;
                Interlocked.Decrement(ref _inside);
                if (--left == 0) report.Tell("all", Self);
            });
        }
    }

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef next) => ReceiveAny(m => next.Forward(m));
    }

    private sealed class Picky : ReceiveActor
    {
        public Picky()
        {
            Receive<int>(i => Sender.Tell($"even {i}", Self), i => i % 2 == 0);
            Receive<int>(i => i > 10, i => Sender.Tell($"large {i}", Self));
            Receive<string>(s =>
            {
                if (s == "no") return false;
                Sender.Tell($"text {s}", Self);
                return true;
            });
            ReceiveAny(m => Sender.Tell($"any {m}", Self));
        }
    }

    private sealed class Moody : ReceiveActor
    {
        public Moody() => Calm();

        private void Calm()
        {
            Receive<string>(s => s == "tease", _ => BecomeStacked(Angry));
            ReceiveAny(m => Sender.Tell($"calm {m}", Self));
        }

        private void Angry()
        {
            Receive<string>(s => s == "soothe", _ => UnbecomeStacked());
            Receive<string>(s => s == "leave", _ => Become(Gone));
            ReceiveAny(m => Sender.Tell($"angry {m}", Self));
        }

        private void Gone() => ReceiveAny(m => Sender.Tell($"gone {m}", Self));
    }

    [Fact]
    public void The_answer_comes_from_the_actor_to_the_one_who_asked()
    {
        var echo = Sys.ActorOf(Props.Create<Echo>(), "echo");
        echo.Tell("hello", TestActor);
        ExpectMsg("hello");
        Assert.Equal(echo, LastSender);
        Assert.EndsWith("/user/echo", echo.Path.ToString());
    }

    [Fact]
    public void The_test_is_the_implicit_sender()
    {
        Sys.ActorOf(Props.Create<Echo>()).Tell(42);
        ExpectMsg<int>(i => i == 42);
    }

    [Fact]
    public void Messages_of_one_sender_keep_their_order_and_come_one_at_a_time()
    {
        const int Producers = 4, Each = 20_000;
        var checker = Sys.ActorOf(Props.Create(() => new OrderChecker(TestActor, Producers, Each)));
        Parallel.For(0, Producers, p =>
        {
            for (var i = 0; i < Each; i++) checker.Tell(new Numbered(p, i), ActorRefs.NoSender);
        });
        ExpectMsg("all", TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Forward_keeps_the_first_sender()
    {
        var echo = Sys.ActorOf(Props.Create<Echo>());
        var forwarder = Sys.ActorOf(Props.Create(() => new Forwarder(echo)));
        var probe = CreateTestProbe();
        probe.Send(forwarder, "x");
        probe.ExpectMsgFrom(echo, "x");
    }

    [Theory]
    [InlineData(2, "even 2")]
    [InlineData(11, "large 11")]
    [InlineData(3, "any 3")]
    [InlineData("yes", "text yes")]
    [InlineData("no", "any no")]
    public void The_first_handler_that_fits_takes_the_message(object message, string answer)
    {
        Sys.ActorOf(Props.Create<Picky>()).Tell(message, TestActor);
        ExpectMsg(answer);
    }

    [Fact]
    public void Become_replaces_and_BecomeStacked_covers_the_behaviour()
    {
        var moody = Sys.ActorOf(Props.Create<Moody>());
        foreach (var m in new[] { "1", "tease", "2", "soothe", "3", "tease", "leave", "4" }) moody.Tell(m, TestActor);
        ExpectMsg("calm 1");
        ExpectMsg("angry 2");
        ExpectMsg("calm 3");
        ExpectMsg("gone 4");
    }

    [Fact]
    public void A_message_without_a_handler_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new OrderChecker(TestActor, 1, 1)));
        actor.Tell("nobody wants me", TestActor);
        var unhandled = ExpectMsg<UnhandledMessage>();
        Assert.Equal("nobody wants me", unhandled.Message);
        Assert.Equal(actor, unhandled.Recipient);
    }

    [Fact]
    public void A_name_is_taken_once_and_has_no_strange_characters()
    {
        Sys.ActorOf(Props.Create<Echo>(), "one");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create<Echo>(), "one"));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create<Echo>(), "a/b"));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create<Echo>(), "$x"));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create<Echo>(), ""));
    }

    [Fact]
    public void A_selection_reaches_by_path_by_pattern_and_not_at_all()
    {
        Sys.ActorOf(Props.Create<Echo>(), "sel-a");
        Sys.ActorOf(Props.Create<Echo>(), "sel-b");
        Sys.ActorSelection("/user/sel-a").Tell("one", TestActor);
        ExpectMsg("one");
        Sys.ActorSelection("/user/sel-*").Tell("both", TestActor);
        ExpectMsgAllOf("both", "both");
        Sys.ActorSelection("/user/sel-c").Tell(new Identify(7), TestActor);
        Assert.Null(ExpectMsg<ActorIdentity>(i => i.MessageId.Equals(7)).Subject);
    }

    [Fact]
    public async Task ResolveOne_finds_the_actor_or_fails()
    {
        var echo = Sys.ActorOf(Props.Create<Echo>(), "resolved");
        Assert.Equal(echo, await Sys.ActorSelection("/user/resolved").ResolveOne(TimeSpan.FromSeconds(3)));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/none").ResolveOne(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void An_actor_cannot_be_made_with_new()
    {
        // On a thread of its own: Akka's TestKit leaves a cell on the pool's thread that made it.
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => _ = new Echo()));
        thread.Start();
        thread.Join();
        Assert.IsType<ActorInitializationException>(thrown);
    }
}
