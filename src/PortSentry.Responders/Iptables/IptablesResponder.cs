using PortSentry.Core.Addresses;

namespace PortSentry.Responders.Iptables;

/// <summary>
/// A rule for each blocked address in a chain of our own, for hosts without nf_tables and ipset. Rules keep no times: who blocks, lifts. Processes start
/// in the network namespace of the calling thread.
/// </summary>
public sealed class IptablesResponder : IBlockResponder
{
    private readonly IptablesOptions _options;
    private readonly IReadOnlyList<Xtables> _families;
    private readonly SemaphoreSlim _one = new(1);

    // Our rules as last seen or made: adding one again would make it two.
    private readonly HashSet<Prefix> _held = [];

    private readonly string _chain, _jump;

    public IptablesResponder(IptablesOptions options, ResponderServices services)
    {
        _options = options;
        _families = Xtables.OfHost(options.Variant, options.Table, services.Time);
        _chain = $"-N {options.Chain}";
        _jump = $"{options.Hook} ! -i lo -j {options.Chain}";
    }

    public string Name => "iptables";

    public string Describe(BlockRequest request) =>
        $"attackalert: Host {request.Target} has been blocked via iptables chain: \"{_options.Table} {_options.Chain}\"";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => ExclusiveAsync(() => InstallAsync(stop), stop);

    public ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop) => ExclusiveAsync(
        async () =>
        {
            if (_held.Contains(request.Target)) return null;
            // Where it fails, somebody may have deleted the chain.
            return await AddAsync([request.Target], stop) is null ? null : await PutAsync([request.Target], stop);
        },
        stop);

    public ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop) =>
        ExclusiveAsync(() => PutAsync([.. requests.Select(static r => r.Target).Distinct()], stop), stop);

    public ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop) => ExclusiveAsync(
        async () =>
        {
            var error = FamilyOf(target) is { } family ? await family.ChangeAsync([$"-D {Rule(target)}"], stop) : null;
            _held.Remove(target);
            // It may have been gone already.
            return error is null || !(await ListAsync(FamilyOf(target)!, stop)).Held.Contains(target) ? null : error;
        },
        stop);

    public async ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            var held = new List<Prefix>();
            foreach (var family in _families)
            {
                var seen = await ListAsync(family, stop);
                if (seen.Error is not null) return null;
                if (seen.HasJump) held.AddRange(seen.Held);
            }
            return held;
        }
        finally
        {
            _one.Release();
        }
    }

    public ValueTask<ResponderResult> FlushAsync(CancellationToken stop) => ExclusiveAsync(
        async () =>
        {
            _held.Clear();
            foreach (var family in _families)
            {
                var seen = await ListAsync(family, stop);
                var error = seen.Error ?? await family.ChangeAsync(
                    [.. seen.HasJump ? (string[])[$"-D {_jump}"] : [], .. seen.HasChain ? (string[])[$"-F {_options.Chain}", $"-X {_options.Chain}"] : []], stop);
                if (error is not null) return error;
            }
            return null;
        },
        stop);

    public ValueTask DisposeAsync()
    {
        _one.Dispose();
        return ValueTask.CompletedTask;
    }

    private string Rule(Prefix target) => $"{_options.Chain} -s {target} -j DROP";

    private Xtables? FamilyOf(Prefix target) => _families.FirstOrDefault(family => family.IsV4 == target.Network.IsV4);

    private async Task<string?> PutAsync(Prefix[] targets, CancellationToken stop) => await InstallAsync(stop) ?? await AddAsync(targets, stop);

    private async Task<string?> AddAsync(Prefix[] targets, CancellationToken stop)
    {
        foreach (var family in _families)
        {
            Prefix[] missing = [.. targets.Where(target => target.Network.IsV4 == family.IsV4 && !_held.Contains(target))];
            if (missing.Length == 0) continue;
            var room = Math.Max(0, _options.MaxRules - _held.Count(target => target.Network.IsV4 == family.IsV4));
            Prefix[] fit = [.. missing.Take(room)];
            if (await family.ChangeAsync([.. fit.Select(target => $"-A {Rule(target)}")], stop) is { } error) return error;
            _held.UnionWith(fit);
            if (missing.Length > room)
                return $"chain {_options.Chain} is full: {missing[room]} was not added; raise max-rules, or use nftables or ipset, which look an address up at once";
        }
        return null;
    }

    // Chain and jump where they are missing; what a former process or somebody else left in the chain is known then.
    private async Task<string?> InstallAsync(CancellationToken stop)
    {
        _held.Clear();
        foreach (var family in _families)
        {
            var seen = await ListAsync(family, stop);
            var error = seen.Error ?? await family.ChangeAsync(
                [.. seen.HasChain ? (string[])[] : [_chain], .. seen.HasJump ? (string[])[] : [$"-I {_jump}"]], stop);
            if (error is not null) return error;
            _held.UnionWith(seen.Held);
        }
        return null;
    }

    private async Task<(bool HasChain, bool HasJump, HashSet<Prefix> Held, string? Error)> ListAsync(Xtables family, CancellationToken stop)
    {
        var (rules, error) = await family.ListAsync(stop);
        var held = new HashSet<Prefix>();
        var (start, end) = ($"-A {_options.Chain} -s ", " -j DROP");
        foreach (var rule in rules)
            if (rule.StartsWith(start, StringComparison.Ordinal) && rule.EndsWith(end, StringComparison.Ordinal)
                && Prefix.TryParse(rule.AsSpan()[start.Length..^end.Length], out var target)) held.Add(target);
        return (rules.Contains(_chain), rules.Contains($"-A {_jump}"), held, error);
    }

    private async ValueTask<ResponderResult> ExclusiveAsync(Func<Task<string?>> action, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            return await action() is { } error ? ResponderResult.Later($"iptables: {error}") : ResponderResult.Done;
        }
        finally
        {
            _one.Release();
        }
    }
}
