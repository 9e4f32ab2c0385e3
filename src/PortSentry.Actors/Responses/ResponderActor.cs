using PortSentry.Core.Addresses;
using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <summary>
/// One responder, apart from the others: a hanging command or a broken firewall holds up nobody else. Calls run one at a time, in
/// order; a failed one is tried again with growing waits while it may still help.
/// </summary>
public sealed class ResponderActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private const int MostRetries = 10;

    private readonly IBlockResponder _responder;
    private readonly CancellationTokenSource _stop = new();
    private string? _error;
    private long _calls, _failures;

    public ResponderActor(IBlockResponder responder)
    {
        _responder = responder;
        ReceiveAsync<Start>(async start => Sender.Tell(new Started(responder.Name, await StartAsync(start))));
        ReceiveAsync<Apply>(ApplyAsync);
        ReceiveAsync<Lift>(LiftAsync);
        ReceiveAsync<Flush>(async _ => Sender.Tell(Note(await responder.FlushAsync(_stop.Token))));
        Receive<GetResponseStatus>(_ => Sender.Tell(new ResponderHealth(responder.Name, _error is null, _error, _calls, _failures)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(IBlockResponder responder) => Props.Create(() => new ResponderActor(responder));

    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task<ResponderResult> StartAsync(Start start)
    {
        var result = Note(await _responder.StartAsync(_stop.Token));
        if (result.Ok && start.Restore.Count > 0) result = Note(await _responder.BlockManyAsync(start.Restore, _stop.Token));
        if (!result.Ok && result.Retryable) Again(new Start(start.Restore, start.Tries + 1), start.Tries);
        return result;
    }

    private async Task ApplyAsync(Apply apply)
    {
        var result = Note(await _responder.BlockAsync(apply.Request, _stop.Token));
        if (!result.Ok && result.Retryable && apply.Tries < MostRetries) Again(apply with { Tries = apply.Tries + 1 }, apply.Tries);
        if (apply.Tries == 0 || result.Ok) Context.Parent.Tell(new Responded(_responder.Name, apply.Request, apply.Request.Target, result));
    }

    private async Task LiftAsync(Lift lift)
    {
        Timers.Cancel(lift.Target);
        var result = Note(await _responder.UnblockAsync(lift.Target, _stop.Token));
        if (!result.Ok && result.Retryable && lift.Tries < MostRetries) Again(lift with { Tries = lift.Tries + 1 }, lift.Tries);
        Context.Parent.Tell(new Responded(_responder.Name, null, lift.Target, result));
    }

    private void Again(object message, int tries)
    {
        var wait = FirstRetry * Math.Pow(2, tries);
        object key = message switch { Apply apply => apply.Request.Target, Lift lift => lift.Target, _ => "start" };
        Timers.StartSingleTimer(key, message, wait < LongestRetry ? wait : LongestRetry);
    }

    private ResponderResult Note(ResponderResult result)
    {
        _calls++;
        _error = result.Ok ? null : result.Error;
        if (!result.Ok) _failures++;
        return result;
    }

    /// <param name="Restore">Blocks to put back in force at once.</param>
    internal sealed record Start(IReadOnlyList<BlockRequest> Restore, int Tries = 0);

    internal sealed record Started(string Responder, ResponderResult Result);

    internal sealed record Apply(BlockRequest Request, int Tries = 0);

    internal sealed record Lift(Prefix Target, int Tries = 0);

    internal sealed record Flush
    {
        public static readonly Flush Instance = new();
    }
}
