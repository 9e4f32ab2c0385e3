using System.Collections.Immutable;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;
using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <summary>
/// One responder, apart from the others: a hanging command or a broken firewall holds up nobody else. Calls run one at a time, in
/// order; a failed one is tried again with growing waits while it may still help, and a start is tried for ever.
/// </summary>
public sealed class ResponderActor : ReceiveActor, IWithTimers
{
    private const int MostRetries = 10;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    // A block that ends sooner may be gone from the kernel already: that is no damage to repair.
    private static readonly TimeSpan AboutToEnd = TimeSpan.FromSeconds(2);

    // A scheduled comparison may take this part of the time: listing 50,000 elements is not free.
    private const int ListingShare = 100;

    // Whoever fights us over our own rules gets this much of it, and so many answers a second.
    private const int HealingShare = 10;
    private static readonly TimeSpan HealingPause = TimeSpan.FromMilliseconds(100);

    private readonly IBlockResponder _responder;
    private readonly ResponderSettings _settings;
    private readonly CancellationTokenSource _stop = new();
    private readonly ReactionTimes _reactions = new();
    private bool _started;
    private string? _error;
    private long _calls, _failures;
    private Instant _compareNotBefore, _healNotBefore;
    private int _disturbances;
    private IActorRef? _self;

    public ResponderActor(IBlockResponder responder, ResponderSettings settings)
    {
        _responder = responder;
        _settings = settings;
        ReceiveAsync<Start>(start => StartAsync(start.Tries));
        ReceiveAsync<Apply>(ApplyAsync);
        ReceiveAsync<Lift>(LiftAsync);
        ReceiveAsync<Flush>(FlushAsync);
        ReceiveAsync<Retire>(RetireAsync);
        ReceiveAsync<Reconcile>(ReconcileAsync);
        Receive<Disturbed>(_ => OnDisturbed());
        Receive<GetResponseStatus>(_ => Sender.Tell(new ResponderHealth(responder.Name, _error is null, _error, _calls, _failures) { Reaction = _reactions.Read() }));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private Instant Now => Instant.From(_settings.Time.GetUtcNow());

    public static Props PropsFor(IBlockResponder responder, ResponderSettings settings) => Props.Create(() => new ResponderActor(responder, settings));

    protected override void PreStart()
    {
        _self = Self;
        _responder.Disturbed += OnDisturbance;
    }

    protected override void PostStop()
    {
        _responder.Disturbed -= OnDisturbance;
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task StartAsync(int tries)
    {
        var result = await CallAsync(stop => _responder.StartAsync(stop));
        _started = result.Ok;
        if (!_started) Again("start", new Start(tries + 1), tries);
        else if (tries > 0) Context.Parent.Tell(new Started(_responder.Name));
    }

    private async Task ApplyAsync(Apply apply)
    {
        var target = apply.Block.Target;
        Timers.Cancel(target);
        var takes = Takes(apply.Block);
        var result = !takes || apply.Block.IsOver(Now) ? ResponderResult.Done
            : !_started ? ResponderResult.Never(_error ?? "it has not started")
            : await CallAsync(stop => _responder.BlockAsync(RequestOf(apply.Block), stop));
        if (takes && result.Ok && apply is { Tries: 0, Evidence: { } evidence }) _reactions.Note(Now - evidence);
        foreach (var next in apply.Then) next.Tell(apply with { Then = [] }, Context.Parent);
        if (MayHelp(result, apply.Tries)) Again(target, apply with { Tries = apply.Tries + 1, Work = 0, Then = [] }, apply.Tries);
        if (apply.Tries == 0 || result.Ok)
            Context.Parent.Tell(new Responded(_responder.Name, target, result, apply.Work) { Request = takes ? RequestOf(apply.Block) : null });
    }

    private async Task LiftAsync(Lift lift)
    {
        Timers.Cancel(lift.Target);
        var result = await CallAsync(stop => _responder.UnblockAsync(lift.Target, stop));
        if (MayHelp(result, lift.Tries)) Again(lift.Target, lift with { Tries = lift.Tries + 1, Work = 0 }, lift.Tries);
        if (lift.Tries == 0) Context.Parent.Tell(new Responded(_responder.Name, lift.Target, result, lift.Work));
    }

    private async Task FlushAsync(Flush flush)
    {
        Timers.CancelAll();
        Volatile.Write(ref _disturbances, 0);
        if (!_started) Again("start", new Start(1), 0);
        var result = await CallAsync(stop => _responder.FlushAsync(stop));
        Context.Parent.Tell(new Responded(_responder.Name, default, result, flush.Work));
    }

    private async Task RetireAsync(Retire retire)
    {
        Timers.CancelAll();
        if (retire.Flush) await CallAsync(stop => _responder.FlushAsync(stop));
        await _responder.DisposeAsync();
        Context.Parent.Tell(new Retired(_responder.Name));
    }

    // On the responder's thread. One message waits at a time, however many changes there are.
    private void OnDisturbance()
    {
        if (Interlocked.Exchange(ref _disturbances, 1) == 0) _self?.Tell(Disturbed.Instance, ActorRefs.NoSender);
    }

    private void OnDisturbed()
    {
        var wait = _healNotBefore - Now;
        if (wait > TimeSpan.Zero)
        {
            Timers.StartSingleTimer("disturbed", Disturbed.Instance, wait);
            return;
        }
        Volatile.Write(ref _disturbances, 0);
        _compareNotBefore = default;
        Context.Parent.Tell(new CompareSoon(_responder.Name));
    }

    // Everything that was told before has been done or tried when this is read, so a difference is nobody's order under way.
    private async Task ReconcileAsync(Reconcile reconcile)
    {
        ResponderResult? mended = null;
        if (!_started)
        {
            Reply(ResponderResult.Never(_error ?? "it has not started"), [], []);
            return;
        }
        if (reconcile is { Work: 0, AtStart: false } && Now < _compareNotBefore)
        {
            Reply(ResponderResult.Done, [], []);
            return;
        }

        var began = _settings.Time.GetTimestamp();
        _ = await CallAsync(async stop => (mended = await _responder.MendAsync(stop)) ?? ResponderResult.Done, counts: false);
        IReadOnlyList<Prefix>? held = null;
        var result = await CallAsync(async stop =>
        {
            held = await _responder.ListAsync(stop);
            return ResponderResult.Done;
        }, counts: false);
        var took = _settings.Time.GetElapsedTime(began);
        _compareNotBefore = Now + (took * ListingShare);
        _healNotBefore = Now + (took * HealingShare) + HealingPause;
        if (!result.Ok || (held is null && !reconcile.AtStart))
        {
            Reply(result, [], []);
            return;
        }

        // Where nobody can tell what is in force, a start says it all again and a later comparison leaves it alone.
        var now = Now;
        var there = held?.ToHashSet() ?? [];
        var mine = reconcile.Wanted.Where(Takes).ToList();
        var wanted = mine.Select(static block => block.Target).ToHashSet();
        var missing = mine.Where(block => !there.Contains(block.Target) && !block.IsOver(now + AboutToEnd)).ToList();
        var strays = there.Where(target => !wanted.Contains(target)).ToList();
        if (missing.Count > 0) result = await CallAsync(stop => _responder.BlockManyAsync(missing.ConvertAll(RequestOf), stop));
        var restored = result.Ok ? missing.ConvertAll(static block => block.Target) : [];
        var removed = new List<Prefix>();
        foreach (var stray in strays)
        {
            var gone = await CallAsync(stop => _responder.UnblockAsync(stray, stop));
            if (gone.Ok) removed.Add(stray);
            else result = gone;
        }
        Reply(result, restored, removed);

        void Reply(ResponderResult outcome, IReadOnlyList<Prefix> putBack, IReadOnlyList<Prefix> takenOut) =>
            Context.Parent.Tell(new Reconciled(_responder.Name, reconcile.AtStart, putBack, takenOut, outcome, reconcile.Work) { Mended = mended is { Ok: true } });
    }

    private BlockRequest RequestOf(Block block) => Request(block, Now);

    private bool Takes(Block block) => _responder.Takes(RequestOf(block));

    internal static BlockRequest Request(Block block, Instant now) =>
        new(block.Target, block.Until is { } until ? until - now : null, block.Protocol, block.Port, block.Mode, block.Reason, null);

    private static bool MayHelp(ResponderResult result, int tries) => !result.Ok && result.Retryable && tries < MostRetries;

    private void Again(object key, object message, int tries)
    {
        // Six doublings reach the longest wait; more would overflow one day.
        var wait = FirstRetry * Math.Pow(2, Math.Min(tries, 6));
        Timers.StartSingleTimer(key, message, wait < LongestRetry ? wait : LongestRetry);
    }

    // The boundary that isolates: whatever a responder does, throw or never return, the actor goes on and says so.
    private async Task<ResponderResult> CallAsync(Func<CancellationToken, ValueTask<ResponderResult>> call, bool counts = true)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        ResponderResult result;
        try
        {
            var pending = call(limit.Token);
            result = pending.IsCompleted ? await pending : await pending.AsTask().WaitAsync(_settings.CallPatience, _settings.Time, limit.Token);
        }
        catch (TimeoutException)
        {
            await limit.CancelAsync();
            result = ResponderResult.Later($"a call did not return within {_settings.CallPatience.TotalSeconds:0} s");
        }
        catch (OperationCanceledException)
        {
            result = ResponderResult.Never("stopped");
        }
        catch (Exception exception)
        {
            Context.GetLogger().Error(exception, "Responder {0} failed unexpectedly", _responder.Name);
            result = ResponderResult.Later($"{exception.GetType().Name}: {exception.Message}");
        }
        if (counts || !result.Ok) Note(result);
        return result;
    }

    // A fault is told when it begins and when it ends: what happens between is an attacker's to choose.
    private void Note(ResponderResult result)
    {
        _calls++;
        if (!result.Ok) _failures++;
        if (result.Ok == (_error is null))
        {
            if (!result.Ok) _error = result.Error;
            return;
        }
        _error = result.Ok ? null : result.Error ?? "failed";
        Context.Parent.Tell(new HealthChanged(_responder.Name, _error));
    }

    private sealed record Disturbed
    {
        public static readonly Disturbed Instance = new();
    }

    internal sealed record Start(int Tries = 0);

    /// <summary>It failed to start before and has started now: what should be in force is to be told again.</summary>
    internal sealed record Started(string Responder);

    /// <param name="Work">The command that waits for this; 0 is none.</param>
    /// <param name="Then">Those who are told after this one is done, whatever came of it.</param>
    internal sealed record Apply(Block Block, long Work, ImmutableArray<IActorRef> Then, int Tries = 0)
    {
        /// <summary>When what decided the block happened; null where no packet did.</summary>
        public Instant? Evidence { get; init; }
    }

    internal sealed record Lift(Prefix Target, long Work, int Tries = 0);

    internal sealed record Flush(long Work);

    /// <summary>The last message: it is no longer configured. Answered by <see cref="Retired"/>.</summary>
    /// <param name="Flush">Takes everything of it away.</param>
    internal sealed record Retire(bool Flush);

    internal sealed record Retired(string Responder);

    /// <param name="Wanted">All that should be in force.</param>
    /// <param name="AtStart">What is missing is no damage then.</param>
    internal sealed record Reconcile(IReadOnlyList<Block> Wanted, bool AtStart, long Work);
}

/// <param name="CallPatience">A call that takes longer is given up.</param>
public sealed record ResponderSettings(TimeProvider Time, TimeSpan CallPatience);
