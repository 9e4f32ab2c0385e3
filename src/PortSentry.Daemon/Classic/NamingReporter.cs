using PortSentry.Responders;

namespace PortSentry.Daemon.Classic;

/// <summary>Puts the resolved name into the classic "host: NAME/ADDR" of a line before the reporter behind it gets it.</summary>
internal sealed class NamingReporter(INoticeResponder inner, HostNames names) : INoticeResponder
{
    public string Name => inner.Name;

    public string? Fault => inner.Fault;

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => inner.StartAsync(stop);

    public async ValueTask<ResponderResult> NotifyAsync(Notice notice, CancellationToken stop)
    {
        if (notice.Source is { } source && notice.Text.Contains($"host: {source}/{source} ", StringComparison.Ordinal)
            && await names.NameOfAsync(source, stop) is { } name)
            notice = notice with { Text = notice.Text.Replace($"host: {source}/", $"host: {name}/", StringComparison.Ordinal) };
        return await inner.NotifyAsync(notice, stop);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
