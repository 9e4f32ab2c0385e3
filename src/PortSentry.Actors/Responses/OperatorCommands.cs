using PortSentry.Actors.Notices;
using PortSentry.Core;
using PortSentry.Core.Response;

namespace PortSentry.Actors.Responses;

/// <summary>What an operator may ask of <see cref="ResponseActor"/>; each command is answered once, by <see cref="Answer"/>.</summary>
internal sealed class OperatorCommands(
    ResponseSettings settings, ResponseBook book, Enforcement enforcement, ResponderGroup responders, Undertakings undertakings)
{
    public void Block(BlockByHand command, Instant now, IActorRef asker)
    {
        var refusal = settings.Protection.Check(command.Target)?.Detail;
        if (!responders.IsRunning) refusal ??= "enforcement is off: start with --enforce, or set enforce = on";
        if (refusal is not null)
        {
            asker.Tell(new Answer(false, $"{command.Target} is not blocked: {refusal}"));
            return;
        }
        var block = ResponseDecider.ByOperator(book.State, command.Target, now, command.Lasts, command.Reason).Block;
        var work = undertakings.Open(asker, $"{command.Target} is blocked{(block.Until is { } until ? $" until {until}" : " for good")}");
        enforcement.Begin(block, work);
        settings.Notices.Tell(NoticeText.Decided(block));
        undertakings.Conclude(work);
    }

    public void Unblock(Unblock command, Instant now, IActorRef asker)
    {
        var lifted = book.State.Within(command.Target);
        var text = lifted switch
        {
            [var only] when only.Target == command.Target => $"{command.Target} is no longer blocked",
            [_, ..] => $"no longer blocked: {lifted.Count} within {command.Target}",
            _ => null,
        };
        if (text is null && book.State.Covering(command.Target, now) is { } wider)
        {
            lifted = [wider];
            text = $"{command.Target} was blocked as part of {wider.Target}: {wider.Target} is no longer blocked";
        }
        if (text is null)
        {
            asker.Tell(new Answer(false, $"{command.Target} is not blocked"));
            return;
        }
        var work = undertakings.Open(asker, text);
        foreach (var block in lifted) enforcement.Lift(new BlockLifted(now, block.Target, command.By), work);
        undertakings.Conclude(work);
    }

    public void Flush(FlushAll command, Instant now, IActorRef asker)
    {
        var lifted = book.State.Active.Keys.ToList();
        var work = undertakings.Open(asker, $"{lifted.Count} blocks lifted; nothing of ours stays in {responders.Names}");
        foreach (var target in lifted) enforcement.Lift(new BlockLifted(now, target, command.By), work);
        responders.Flush(work);
        undertakings.Conclude(work);
    }

    public void Reconcile(Instant now, IActorRef asker)
    {
        if (!responders.IsRunning)
        {
            asker.Tell(new Answer(false, "nothing to compare: enforcement is off"));
            return;
        }
        var work = undertakings.Open(asker, $"{book.State.Active.Count} blocks should be in force");
        responders.Compare(enforcement.Wanted(now), work);
        undertakings.Conclude(work);
    }
}
