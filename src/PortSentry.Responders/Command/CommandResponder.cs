using System.Text;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Processes;

namespace PortSentry.Responders.Command;

/// <summary>Any command for each block (KILL_ROUTE, KILL_RUN_CMD). Nobody can ask a command what it holds, so what ran is remembered here.</summary>
public sealed class CommandResponder : IBlockResponder
{
    private readonly CommandOptions _options;
    private readonly ResponderServices _services;
    private readonly CommandTemplate _run;
    private readonly CommandTemplate? _undo;
    private readonly SemaphoreSlim _slots;

    // The request of each block whose command has run: an unblock speaks of the same port and mode. Guarded by itself.
    private readonly Dictionary<Prefix, BlockRequest> _done = [];

    /// <exception cref="ArgumentException">The options do not pass their own check.</exception>
    public CommandResponder(string name, CommandOptions options, ResponderServices services)
    {
        Name = name;
        _options = options;
        _services = services;
        _run = CommandTemplate.Parse(options.Run) is { Template: { } run } ? run : throw new ArgumentException("Check the options first.", nameof(options));
        _undo = options.Undo.Length > 0 ? CommandTemplate.Parse(options.Undo).Template : null;
        _slots = new SemaphoreSlim(options.Concurrency);
    }

    public string Name { get; }

    public bool First => _options.Order == CommandOrder.Before;

    public string Describe(BlockRequest request) => _options.Blocks
        ? $"attackalert: Host {request.Target} has been blocked via dropped route using command: \"{_run.Show(request)}\""
        : $"attackalert: External command run for host: {request.Target} using command: \"{_run.Show(request)}\"";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => ValueTask.FromResult(ResponderResult.Done);

    /// <summary>Runs once for a block: prolonging it runs nothing.</summary>
    public async ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop)
    {
        lock (_done)
            if (!_done.TryAdd(request.Target, request)) return ResponderResult.Done;
        var done = false;
        try
        {
            var result = await RunAsync(_run, request, stop);
            done = result.Ok;
            return result;
        }
        finally
        {
            if (!done) Forget(request.Target);
        }
    }

    /// <summary>
    /// Puts blocks back in force. A message is not sent again. A blocking command may have run for the same target before our
    /// restart, so its undo runs first, whatever that says.
    /// </summary>
    public async ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop)
    {
        if (!_options.Blocks)
        {
            lock (_done)
                foreach (var request in requests) _done.TryAdd(request.Target, request);
            return ResponderResult.Done;
        }
        var results = await Task.WhenAll(requests.Select(async request =>
        {
            bool known;
            lock (_done) known = _done.ContainsKey(request.Target);
            if (!known && _undo is not null) await RunAsync(_undo, request, stop);
            return await BlockAsync(request, stop);
        }));
        return Sum(results);
    }

    public async ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop)
    {
        BlockRequest? request;
        lock (_done) _done.TryGetValue(target, out request);
        if (_undo is null)
        {
            Forget(target);
            return _options.Blocks && request is not null
                ? ResponderResult.Never($"{Name}: there is no undo command, so {target} stays blocked by \"{_run.Show(request)}\"; undo it by hand and set undo")
                : ResponderResult.Done;
        }
        // Of a block before our restart port and mode are lost; undo commands hardly ever ask for them.
        var result = await RunAsync(_undo, request ?? new BlockRequest(target, null, IpProtocol.Tcp, 0, "tcp", "", null), stop);
        if (result.Ok) Forget(target);
        return request is null ? ResponderResult.Done : result;
    }

    public ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop) => ValueTask.FromResult<IReadOnlyList<Prefix>?>(null);

    public async ValueTask<ResponderResult> FlushAsync(CancellationToken stop)
    {
        Prefix[] targets;
        lock (_done) targets = [.. _done.Keys];
        return Sum(await Task.WhenAll(targets.Select(t => UnblockAsync(t, stop).AsTask())));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ResponderResult Sum(ResponderResult[] results)
    {
        var failed = results.Count(r => !r.Ok);
        if (failed == 0) return ResponderResult.Done;
        var first = results.First(r => !r.Ok);
        return failed == 1 ? first : first with { Error = $"{first.Error} (and {failed - 1} more)" };
    }

    private async ValueTask<ResponderResult> RunAsync(CommandTemplate template, BlockRequest request, CancellationToken stop)
    {
        var input = _options.Input.Length > 0 ? Encoding.UTF8.GetBytes(Tokens.Replace(_options.Input, request) + "\n") : null;
        await _slots.WaitAsync(stop);
        try
        {
            foreach (var step in template.Steps(request))
                if (await ProcessRunner.RunAsync(step[0], step[1..], _options.Timeout, _services.Time, stop, input) is { } error)
                    return ResponderResult.Later($"{Name}: \"{string.Join(' ', step)}\": {error}");
            return ResponderResult.Done;
        }
        finally
        {
            _slots.Release();
        }
    }

    private void Forget(Prefix target)
    {
        lock (_done) _done.Remove(target);
    }
}
