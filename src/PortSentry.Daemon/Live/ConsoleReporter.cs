using PortSentry.Responders;

namespace PortSentry.Daemon.Live;

/// <summary>The classic lines on standard output: what a terminal or the service manager's journal shows.</summary>
internal sealed class ConsoleReporter(TextWriter output) : INoticeResponder
{
    public string Name => "console";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => ValueTask.FromResult(ResponderResult.Done);

    public async ValueTask<ResponderResult> NotifyAsync(Notice notice, CancellationToken stop)
    {
        try
        {
            await output.WriteLineAsync(notice.Text.AsMemory(), stop);
            await output.FlushAsync(stop);
            return ResponderResult.Done;
        }
        catch (IOException exception)
        {
            return ResponderResult.Later($"standard output: {exception.Message}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
