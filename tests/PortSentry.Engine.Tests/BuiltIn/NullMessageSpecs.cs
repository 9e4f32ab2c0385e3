namespace PortSentry.EngineSpecs.BuiltIn;

/// <summary>Akka.NET 1.5.74 neither throws nor reports this as an InvalidMessageException; ours says what was lost.</summary>
public sealed class NullMessageSpecs : TestKit
{
    private sealed class Idle : ReceiveActor
    {
        public Idle() => ReceiveAny(_ => { });
    }

    [Fact]
    public void Null_is_no_message_and_the_sender_does_not_pay_for_it() =>
        EventFilter.Exception<InvalidMessageException>().ExpectOne(() => Sys.ActorOf(Props.Create<Idle>()).Tell(null!, TestActor));
}
