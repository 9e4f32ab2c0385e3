using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PortSentry.EndToEnd.Lab;

/// <summary>Takes HTTP requests on the victim's 127.0.0.1, keeps each as text and answers 204.</summary>
internal sealed class HookReceiver : IDisposable
{
    private readonly Socket _listener;

    private HookReceiver(Socket listener) => _listener = listener;

    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<HookReceiver> StartAsync(Host victim, int port)
    {
        var receiver = new HookReceiver(await victim.InsideAsync(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return socket;
        }));
        _ = receiver.ServeAsync();
        return receiver;
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptAsync();
                Requests.Enqueue(await ReadAsync(connection));
                await connection.SendAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception end) when (end is ObjectDisposedException or SocketException) { }
    }

    /// <summary>A body ends with the last brace of its JSON: enough for a receiver of objects.</summary>
    private static async Task<string> ReadAsync(Socket connection)
    {
        var (buffer, text) = (new byte[8192], new StringBuilder());
        int count;
        while ((count = await connection.ReceiveAsync(buffer)) > 0)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            if (text.ToString().EndsWith("}}", StringComparison.Ordinal)) break;
        }
        return text.ToString();
    }
}
