using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PortSentry.Daemon.Reports;

namespace PortSentry.Daemon.Control;

/// <summary>
/// The control socket: a Unix socket in the state directory, mode 0660, for root and one group. The kernel says who the peer is. A
/// connection carries one request and its answer, both bounded in size and time.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    public const int MostBytes = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly ControlHandler _handler;
    private readonly PeerCheck _peers;
    private readonly ILogger _logger;

    /// <exception cref="IOException">The socket cannot be made.</exception>
    public ControlServer(string path, PeerCheck peers, ControlHandler handler, ILogger logger)
    {
        (_handler, _peers, _logger) = (handler, peers, logger);
        File.Delete(path);
        try
        {
            _listener.Bind(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception)
        {
            throw new IOException($"the control socket {path}: {exception.Message}", exception);
        }
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        peers.GiveToGroup(path);
        _listener.Listen(16);
        _ = AcceptAsync();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var peer = await _listener.AcceptAsync(stop);
                _ = ServeAsync(peer, stop);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception)
            {
                DaemonLog.ControlFailed(_logger, exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }
        }
    }

    private async Task ServeAsync(Socket peer, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        using (peer)
        {
            try
            {
                var answer = _peers.Allows(peer)
                    ? await AnswerAsync(await ReadLineAsync(peer, limit.Token), limit.Token)
                    : new ControlAnswer(false, "only root and the group of control.group may ask");
                var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(answer, ReportJson.Default.ControlAnswer) + "\n");
                await peer.SendAsync(bytes, limit.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                DaemonLog.ControlFailed(_logger, exception.Message);
            }
        }
    }

    private async Task<ControlAnswer> AnswerAsync(byte[] line, CancellationToken stop)
    {
        if (!ControlRequestReader.TryRead(line, out var request, out var problem)) return new ControlAnswer(false, problem);
        try
        {
            return await _handler.HandleAsync(request, stop);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            DaemonLog.ControlFailed(_logger, exception.ToString());
            return new ControlAnswer(false, exception.Message);
        }
    }

    private static async Task<byte[]> ReadLineAsync(Socket peer, CancellationToken stop)
    {
        var buffer = new byte[MostBytes];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await peer.ReceiveAsync(buffer.AsMemory(length), stop);
            if (read == 0) break;
            length += read;
            if (buffer.AsSpan(0, length).Contains((byte)'\n')) break;
        }
        return buffer[..length];
    }
}
