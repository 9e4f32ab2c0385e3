using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace PortSentry.Responders.Syslog;

/// <summary>Writes each notice to a syslog receiver and comes back after the receiver's restart.</summary>
public sealed class SyslogResponder(SyslogOptions options, ResponderServices services) : INoticeResponder
{
    private readonly SyslogMessage _message = new(options, services.Time.LocalTimeZone, Environment.MachineName, Environment.ProcessId);
    private readonly SemaphoreSlim _one = new(1);
    private SyslogChannel? _channel;

    public string Name => "syslog";

    private string Receiver => options.Transport == SyslogTransport.Local
        ? options.Path
        : $"{options.Transport.ToString().ToLowerInvariant()}://{options.Host}:{options.EffectivePort}";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => ExclusiveAsync(EnsureOpenAsync, stop);

    public ValueTask<ResponderResult> NotifyAsync(Notice notice, CancellationToken stop)
    {
        var bytes = _message.Of(notice);
        return ExclusiveAsync(patience => SendAsync(bytes, patience), stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync();
        await CloseAsync();
        _one.Release();
    }

    private async Task SendAsync(byte[] bytes, CancellationToken patience)
    {
        // A restarted receiver shows in the first write to the old socket: that one is made again on a new one.
        var fresh = _channel is null;
        try
        {
            await EnsureOpenAsync(patience);
            await _channel!.SendAsync(bytes, patience);
        }
        catch (Exception e) when (!fresh && e is SocketException or IOException)
        {
            await CloseAsync();
            await EnsureOpenAsync(patience);
            await _channel!.SendAsync(bytes, patience);
        }
    }

    private async Task EnsureOpenAsync(CancellationToken patience)
    {
        if (_channel is { IsOpen: false }) await CloseAsync();
        _channel ??= await SyslogChannel.OpenAsync(options, patience);
    }

    private async ValueTask<ResponderResult> ExclusiveAsync(Func<CancellationToken, Task> action, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(options.Timeout);
        try
        {
            await _one.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Failed("messages wait for one that does not get through");
        }
        try
        {
            await action(patience.Token);
            return ResponderResult.Done;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            await CloseAsync();
            return Failed($"no progress within {options.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or AuthenticationException or CryptographicException)
        {
            await CloseAsync();
            return Failed((e.InnerException ?? e).Message);
        }
        finally
        {
            _one.Release();
        }
    }

    // The framework calls a socket that is not there an address that cannot be assigned.
    private ResponderResult Failed(string why) => ResponderResult.Later(
        $"syslog {Receiver}: {(options.Transport == SyslogTransport.Local && !File.Exists(options.Path) ? "no such socket" : why)}; is the log daemon running and listening there?");

    private async ValueTask CloseAsync()
    {
        var channel = _channel;
        _channel = null;
        if (channel is not null) await channel.DisposeAsync();
    }
}
