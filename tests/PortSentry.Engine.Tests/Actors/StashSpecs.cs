namespace PortSentry.EngineSpecs.Actors;

public sealed class StashSpecs : TestKit
{
    private sealed class Door : ReceiveActor, IWithUnboundedStash
    {
        public Door()
        {
            Receive<string>(s => s == "open", _ =>
            {
                Become(() => ReceiveAny(m => Sender.Tell(m, Self)));
                Stash.UnstashAll();
            });
            Receive<string>(s => s == "twice", _ =>
            {
                Stash.Stash();
                try
                {
                    Stash.Stash();
                }
                catch (IllegalActorStateException)
                {
                    Sender.Tell("refused", Self);
                    Stash.ClearStash();
                }
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    [Fact]
    public void Unstashed_messages_come_in_order_and_before_later_ones()
    {
        var door = Sys.ActorOf(Props.Create<Door>());
        foreach (var m in new object[] { 1, 2, "open", 3 }) door.Tell(m, TestActor);
        ExpectMsg(1);
        ExpectMsg(2);
        ExpectMsg(3);
    }

    [Fact]
    public void A_message_is_stashed_once()
    {
        Sys.ActorOf(Props.Create<Door>()).Tell("twice", TestActor);
        ExpectMsg("refused");
    }

    [Fact]
    public void The_stash_of_a_stopped_actor_becomes_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var door = Sys.ActorOf(Props.Create<Door>());
        door.Tell("kept", TestActor);
        door.Tell(PoisonPill.Instance, TestActor);
        ExpectMsg<DeadLetter>(d => d.Message.Equals("kept"));
    }
}
