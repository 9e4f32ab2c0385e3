namespace PortSentry.Responders;

/// <summary>Something that is told. Expected failures are values; an exception is a bug.</summary>
public interface INoticeResponder : IAsyncDisposable
{
    /// <summary>The name in the configuration: "syslog".</summary>
    string Name { get; }

    /// <summary>What keeps it from delivering what it has taken already; null: nothing does. Asked from any thread.</summary>
    string? Fault => null;

    /// <summary>Opens what it needs; a failure does not forbid a later notice, which tries again.</summary>
    ValueTask<ResponderResult> StartAsync(CancellationToken stop);

    ValueTask<ResponderResult> NotifyAsync(Notice notice, CancellationToken stop);
}
