using PortSentry.Core.Addresses;

namespace PortSentry.Responders.HostsDeny;

/// <summary>Denies TCP Wrappers services (sshd of old, rpcbind, NFS, …) to blocked addresses. The file keeps no times: who blocks, lifts.</summary>
public sealed class HostsDenyResponder(HostsDenyOptions options) : IBlockResponder
{
    private readonly Lock _gate = new();

    // Wanted, and denied by a line that somebody else wrote: ours would be a second one.
    private readonly Dictionary<Prefix, string> _byOthers = [];

    public string Name => "hosts.deny";

    public string Describe(BlockRequest request) =>
        $"attackalert: Host {request.Target} has been blocked via wrappers with string: \"{Line(request)}\"";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => Edit(_ => null);

    public ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop) => BlockManyAsync([request], stop);

    public ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop) => Edit(text =>
    {
        foreach (var request in requests)
        {
            var line = Line(request);
            if (!text.Contains(request.Target) && text.ForeignHas(line))
            {
                _byOthers[request.Target] = line;
                continue;
            }
            if (!text.Contains(request.Target) && text.Targets.Count >= options.MaxLines)
                return $"{options.Path} has {text.Targets.Count} lines of ours: {request.Target} was not added; raise max-lines or rely on a firewall responder";
            text.Set(request.Target, line);
        }
        return null;
    });

    public ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop) => Edit(text =>
    {
        _byOthers.Remove(target);
        text.Remove(target);
        return null;
    });

    public ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop)
    {
        lock (_gate)
        {
            try
            {
                var text = HostsDenyText.Parse(AtomicFile.Read(options.Path));
                return ValueTask.FromResult<IReadOnlyList<Prefix>?>(
                    [.. text.Targets, .. _byOthers.Where(o => !text.Contains(o.Key) && text.ForeignHas(o.Value)).Select(o => o.Key)]);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return ValueTask.FromResult<IReadOnlyList<Prefix>?>(null);
            }
        }
    }

    public ValueTask<ResponderResult> FlushAsync(CancellationToken stop) => Edit(text =>
    {
        _byOthers.Clear();
        text.Clear();
        return null;
    });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Line(BlockRequest request) => Tokens.Replace(options.Line, request, HostsDenyText.Pattern(request.Target));

    private ValueTask<ResponderResult> Edit(Func<HostsDenyText, string?> change)
    {
        lock (_gate)
        {
            try
            {
                return ValueTask.FromResult(EditOnce(change));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return ValueTask.FromResult(ResponderResult.Later($"{options.Path} was not changed: {e.Message}; its folder must be writable for us, with room on the disk"));
            }
        }
    }

    private ResponderResult EditOnce(Func<HostsDenyText, string?> change)
    {
        while (true)
        {
            var before = AtomicFile.Read(options.Path);
            var text = HostsDenyText.Parse(before);
            var complaint = change(text);
            var after = text.Render();
            if (after != before)
            {
                // An editor saved meanwhile: begin again with what it wrote.
                if (AtomicFile.Read(options.Path) != before) continue;
                AtomicFile.Write(options.Path, after);
            }
            return complaint is null ? ResponderResult.Done : ResponderResult.Later(complaint);
        }
    }
}
